// C36 to C41: deadlines.
#include "support.h"

#include <limits>

namespace conformance {

WASIO_VIRTUAL_TEST("C36", "move_on_after returns nothing if it caught, and on time") {
  const Instant start = now();
  const auto value = co_await move_on_after(10ms, value_later(1, 1h));
  check(!value);
  check_equal((now() - start).nanoseconds(), Duration(10ms).nanoseconds());
}

WASIO_TEST("C36", "move_on_after returns the value if it did not catch") {
  const auto value = co_await move_on_after(1h, value_later(1, 1ms));
  check(value.has_value());
  check_equal(value.value_or(0), 1);
}

WASIO_TEST("C36", "a ready value wins over a deadline that has passed") {
  const auto value = co_await move_on_after(0s, value_of(1));
  check(value.has_value());
  check_equal(co_await fail_after(0s, value_of(2)), 2);
  CancelScope scope;
  const bool finished = co_await scope.run([&]() -> Task<> {
    scope.set_timeout(0s);
    co_return;
  });
  check(finished);
  check(scope.cancel_called());
  check(!scope.cancelled_caught());
}

WASIO_VIRTUAL_TEST("C36", "fail_after fails with timed_out only if it caught") {
  auto late = co_await attempt(fail_after(10ms, value_later(1, 1h)));
  check_error(late, errors::timed_out);
  check(late.error().message().contains("10 ms"));
  check_equal(co_await fail_after(10ms, value_later(1, 9ms)), 1);
  // An outer deadline that comes first does not count as the inner one.
  Log log;
  const bool outer = co_await move_on_after(5ms, [&]() -> Task<> {
    auto inner = co_await attempt(fail_after(10ms, sleep_long()));
    log.add("never");
  });
  check(!outer);
  check_equal(log, "");
}

WASIO_TEST("C36", "an error out of an expired scope propagates alone") {
  auto ended =
      co_await attempt(fail_after(1ms, guard(sleep_long(), fail_now(broken, "while ending"))));
  check_error(ended, broken);
  check(ended.error().others().empty());
  auto moved =
      co_await attempt(move_on_after(1ms, guard(sleep_long(), fail_now(broken, "while ending"))));
  check_error(moved, broken);
}

WASIO_TEST("C37", "a deadline of zero or in the past takes effect at the first checkpoint") {
  for (const Duration limit : {Duration(0s), Duration(-5s)}) {
    Log log;
    const bool finished = co_await move_on_after(limit, [&]() -> Task<> {
      log.add("begun");
      co_await value_of(1);
      log.add("still");
      co_await checkpoint();
      log.add("never");
    });
    check(!finished);
    check_equal(log, "begun still");
  }
  CancelScope scope;
  scope.set_deadline(Instant::at(0));
  check(!scope.cancel_called());
  const bool finished = co_await scope.run(sleep_long());
  check(!finished && scope.cancel_called() && scope.cancelled_caught());
}

WASIO_VIRTUAL_TEST("C37", "Duration::forever() and Instant::never() set no deadline") {
  const bool finished = co_await move_on_after(Duration::forever(), sleep(24h));
  check(finished);
  CancelScope scope;
  scope.set_deadline(Instant::never());
  check(co_await scope.run(sleep(24h)));
  check(!scope.cancel_called());
}

WASIO_VIRTUAL_TEST("C38", "of two equal deadlines, the outer acts") {
  CancelScope outer;
  CancelScope inner;
  Log log;
  const Instant when = now() + 10ms;
  // The inner one is set first: the order makes no difference.
  inner.set_deadline(when);
  outer.set_deadline(when);
  const bool finished = co_await outer.run([&]() -> Task<> {
    co_await inner.run(sleep_long());
    log.add("never");
  });
  check(!finished);
  check(outer.cancelled_caught());
  check(inner.cancel_called() && !inner.cancelled_caught());
  check_equal(log, "");
  check(now() == when);
}

WASIO_VIRTUAL_TEST(
    "C38", "an inner deadline that comes first is handled inside; the outer still applies") {
  Log log;
  const Instant start = now();
  const bool finished = co_await move_on_after(20ms, [&]() -> Task<> {
    const bool inside = co_await move_on_after(10ms, sleep_long());
    check(!inside);
    log.add((now() - start).nanoseconds() / 1'000'000);
    co_await sleep(1h);
    log.add("never");
  });
  check(!finished);
  check_equal(log, "10");
  check_equal((now() - start).nanoseconds(), Duration(20ms).nanoseconds());
}

WASIO_VIRTUAL_TEST("C38", "an outer deadline that comes first ends the inner scope too") {
  CancelScope inner;
  inner.set_timeout(20ms);
  check(!co_await move_on_after(10ms, inner.run(sleep_long())));
  check(!inner.cancel_called());
  co_await sleep(1h);
  check(!inner.cancel_called()); // its timer was cancelled with it
}

WASIO_TEST("C39", "other errors pass through deadlines unchanged") {
  auto moved = co_await attempt(move_on_after(1h, fail_now(broken, "as it is")));
  check_error(moved, broken);
  check_equal(moved.error().message(), "as it is");
  check(moved.error().others().empty());
  auto failed = co_await attempt(fail_after(1h, fail_now(broken, "as it is")));
  check_error(failed, broken);
  auto inner = co_await attempt(fail_after(1h, fail_after(0s, sleep_long())));
  check_error(inner, errors::timed_out);
}

WASIO_TEST("C39", "a cancel from outside passes through deadlines unchanged") {
  Log log;
  CancelScope outer;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      const bool finished = co_await outer.run([&]() -> Task<> {
        co_await move_on_after(1h, fail_after(1h, sleep_long()));
        log.add("never");
      });
      check(!finished && outer.cancelled_caught());
      log.add("caught");
    });
    co_await let_others_run();
    outer.cancel();
  });
  check_equal(log, "caught");
}

WASIO_VIRTUAL_TEST("C40", "deadlines can move in both directions while the scope lives") {
  const Instant start = now();
  CancelScope scope;
  scope.set_timeout(10ms);
  bool finished = co_await scope.run([&]() -> Task<> {
    check_equal(scope.deadline(), start + 10ms);
    scope.set_deadline(start + 30ms); // later
    co_await sleep(20ms);
    scope.set_deadline(start + 25ms); // earlier
    co_await sleep(1h);
  });
  check(!finished);
  check_equal((now() - start).nanoseconds(), Duration(25ms).nanoseconds());

  CancelScope other;
  other.set_timeout(10ms);
  finished = co_await other.run([&]() -> Task<> {
    other.set_deadline(Instant::never()); // removed
    co_await sleep(1h);
    other.set_timeout(5ms); // and set again, counted from here
    co_await sleep(4ms);
  });
  check(finished);
}

WASIO_VIRTUAL_TEST("C40", "moving a deadline never un-cancels") {
  CancelScope scope;
  Log log;
  const bool finished = co_await scope.run([&]() -> Task<> {
    scope.set_deadline(now()); // at or before now: takes effect when set
    check(scope.cancel_called());
    scope.set_deadline(now() + 1h);
    check(scope.cancel_called());
    log.add("before");
    co_await checkpoint();
    log.add("never");
  });
  check(!finished);
  check_equal(log, "before");
}

WASIO_VIRTUAL_TEST("C40", "a deadline set from another task wakes the sleeper on time") {
  CancelScope scope;
  const Instant start = now();
  co_await gather(
      [&]() -> Task<> {
        check(!co_await scope.run(sleep_long()));
        check_equal((now() - start).nanoseconds(), Duration(7ms).nanoseconds());
      },
      [&]() -> Task<> {
        co_await sleep(5ms);
        scope.set_timeout(2ms);
      });
}

WASIO_VIRTUAL_TEST("C41", "relative deadlines start at entry") {
  const Instant start = now();
  auto body = sleep_long();
  auto limited = move_on_after(10ms, std::move(body));
  co_await sleep(1h);
  const Instant entered = now();
  check(!co_await std::move(limited));
  check_equal((now() - entered).nanoseconds(), Duration(10ms).nanoseconds());
  check(entered > start);
}

WASIO_TEST("C41", "a NaN is misuse wherever a duration is expected") {
  const std::chrono::duration<double> nan(std::numeric_limits<double>::quiet_NaN());
  check_error(co_await attempt(sleep(nan)), errors::misuse);
  check_error(co_await attempt(move_on_after(nan, value_of(1))), errors::misuse);
  check_error(co_await attempt(fail_after(nan, value_of(1))), errors::misuse);
  CancelScope scope;
  scope.set_timeout(nan);
  check_error(co_await attempt(scope.run(value_of(1))), errors::misuse);
  Log log;
  auto guarded = co_await attempt(guard(value_of(1),
                                        [&]() -> Task<> {
                                          log.add("cleanup");
                                          co_return;
                                        },
                                        {.within = nan}));
  check_error(guarded, errors::misuse);
  // The bodies did not run: their Tasks were dropped with the combinators.
  take_unhandled();
}

WASIO_VIRTUAL_TEST("C41", "a sleep that ends at the instant of a deadline around it is cancelled") {
  check(!co_await move_on_after(10ms, sleep(10ms)));
  // Whichever is set first: here it is the sleep.
  CancelScope scope;
  const Instant when = now() + 10ms;
  const bool finished = co_await scope.run([&]() -> Task<> {
    co_await gather(sleep_until(when), [&]() -> Task<> {
      scope.set_deadline(when);
      co_return;
    });
  });
  check(!finished);
  check(now() == when);
}

WASIO_TEST("C41", "a Duration converts to std::chrono: rounded up, saturating") {
  using namespace std::chrono;
  check(nanoseconds(Duration(5ms)) == 5ms);
  check(milliseconds(Duration(5ms)) == 5ms);
  check(milliseconds(Duration(5ms + 1ns)) == 6ms);
  check(hours(Duration(1ns)) == 1h);
  check(duration<double>(Duration(1500ms)) == duration<double>(1.5));
  using Picoseconds = duration<std::int64_t, std::pico>;
  check(Picoseconds(Duration(3ns)) == Picoseconds(3000));
  check(Picoseconds(Duration(24h * 365)) == Picoseconds::max());
  using Thirds = duration<std::int64_t, std::ratio<1, 3>>;
  check(Thirds(Duration(1s)) == Thirds(3));
  check(Thirds(Duration(1s + 1ns)) == Thirds(4));
  check(Thirds(Duration::nanoseconds(detail::longest - 1)) >
        duration_cast<Thirds>(291 * 24h * 365));
  check(duration<std::int8_t>(Duration(127s)).count() == 127);
  check(duration<std::int8_t>(Duration(128s)) == duration<std::int8_t>::max());
  check(nanoseconds(Duration::forever()) == nanoseconds::max());
  check(seconds(Duration::forever()) == seconds::max());
  check(duration<double>(Duration::forever()) == duration<double>::max());
  check(Duration(seconds(Duration::forever())).is_forever());
  const Duration nan = duration<double>(std::numeric_limits<double>::quiet_NaN());
  check(seconds(nan) == 0s);
  check(Duration(duration<double>(nan)).is_nan());
  co_return;
}

WASIO_VIRTUAL_TEST("C40", "a body that takes its scope can move the deadline that it runs under") {
  const bool extended = co_await move_on_after(5ms, [](CancelScope& scope) -> Task<> {
    check(scope.deadline() == Instant::at(0) + 5ms);
    for (int i = 0; i < 3; ++i) {
      scope.set_timeout(5ms);
      co_await sleep(4ms);
    }
  });
  check(extended);
  check_equal((now() - Instant::at(0)).nanoseconds(), Duration(12ms).nanoseconds());
  const auto ended = co_await move_on_after(5ms, [](CancelScope& scope) -> Task<int> {
    scope.cancel();
    co_await checkpoint();
    co_return 1;
  });
  check(!ended);
  int number = 1;
  check(co_await move_on_after(5ms, [&](CancelScope&) -> Task<int&> { co_return number; }) ==
        &number);
  check(co_await move_on_after(5ms, [&](CancelScope&) { ++number; }));
  check_equal(number, 2);
}

} // namespace conformance
