// C91, C92, C14: the test kit.
#include "support.h"

#include <cmath>

namespace conformance {

WASIO_TEST("C91", "a mock clock jumps when all tasks are blocked: hours of sleep are exact") {
  MockClock clock;
  const auto slept = run_virtually(
      []() -> Task<Duration> {
        const Instant start = now();
        co_await gather(sleep(100'000s), sleep(99'999s));
        co_return now() - start;
      },
      clock);
  check(slept && *slept == Duration(100'000s));
  check_equal(clock.now().nanoseconds(), Duration(100'000s).nanoseconds());
  co_return;
}

WASIO_TEST("C91", "without autojump the clock moves only by explicit jumps") {
  Log log;
  MockClock clock;
  clock.set_autojump(false);
  const auto ended = run_virtually(task_group([&](TaskGroup& group) -> Task<> {
                                     group.spawn([&]() -> Task<> {
                                       co_await sleep(5s);
                                       log.add("slept");
                                     });
                                     co_await wait_all_tasks_blocked();
                                     log.add("blocked");
                                     clock.jump(4s);
                                     co_await wait_all_tasks_blocked();
                                     log.add("still");
                                     clock.jump(1s);
                                     co_await wait_all_tasks_blocked();
                                     log.add("end");
                                   }),
                                   clock);
  check(ended.has_value());
  check_equal(log, "blocked still slept end");
  co_return;
}

WASIO_TEST("C91", "a sleep on a clock that stands still is a deadlock, and the error says so") {
  MockClock clock;
  clock.set_autojump(false);
  const auto ended = run_virtually(sleep_long(), clock);
  check_error(ended, errors::deadlock);
  check(ended.error().message().contains("the clock does not advance"));
  co_return;
}

WASIO_TEST("C91", "a rate makes the clock follow real time, and it never runs backwards") {
  MockClock clock;
  clock.set_autojump(false);
  clock.set_rate(1e6);
  const auto ended = run_virtually(
      [&]() -> Task<> {
        const Instant start = now();
        co_await sleep(1000s); // a millisecond of real time
        check(now() - start >= Duration(1000s));
        const Instant before = now();
        clock.set_rate(0);
        const Instant stopped = now();
        check(stopped >= before);
        check_equal(now(), stopped);
        clock.jump(7s);
        check_equal(now(), stopped + 7s);
        clock.set_rate(2);
        check(now() >= stopped + 7s);
      },
      clock);
  check(ended.has_value());
  co_return;
}

WASIO_VIRTUAL_TEST("C91",
                   "wait_all_tasks_blocked returns after all ready and due work, before a jump") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      co_await let_others_run(5);
      co_await sleep(0ms);
      log.add("worked");
      co_await sleep(1ms);
      log.add("slept");
    });
    for (const int i : {1, 2}) {
      group.spawn([&log, i]() -> Task<> {
        co_await wait_all_tasks_blocked();
        log.add("blocked", i);
      });
    }
    co_return;
  });
  check_equal(log, "worked blocked1 blocked2 slept");
}

WASIO_VIRTUAL_TEST("C91", "a cancel ends wait_all_tasks_blocked") {
  CancelScope scope;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(scope.run(wait_all_tasks_blocked()));
    co_await checkpoint();
    scope.cancel();
    co_return;
  });
  check(scope.cancelled_caught());
}

namespace {

// A host whose time passes as on a real one, but exactly.
class PassingTime final : public PulledLoop {
 public:
  Instant now() override { return time; }
  bool between_steps() override { return false; }
  bool wait_until(Instant deadline) override {
    if (event && event_at < deadline) {
      time = event_at;
      std::exchange(event, nullptr)();
    } else if (deadline.is_never()) {
      return false;
    } else {
      time = std::max(time, deadline);
    }
    return true;
  }

  Instant time = Instant::at(0);
  // An event that the host brings, and when.
  Instant event_at = Instant::never();
  std::function<void()> event;
};

// Runs the body on such a host and returns the log, each entry with its time in milliseconds.
template <class F>
std::string log_in(PassingTime& loop, F body) {
  Log log;
  const auto all = [&]() -> Task<> {
    co_await task_group([&](TaskGroup& group) -> Task<> { co_await body(group, log); });
  };
  detail::MainTask<decltype(all)> main(std::in_place, all);
  detail::run_main(loop, main);
  check(main.outcome().has_value());
  return log.take();
}

void add_with_time(Log& log, std::string_view what) {
  log.add(what, '@', now().nanoseconds() / 1'000'000);
}

Task<> note_when_blocked(Log& log, Duration cushion, std::string_view name) {
  co_await wait_all_tasks_blocked(cushion);
  add_with_time(log, name);
}

Task<> note_after(Log& log, Duration span, std::string_view name) {
  co_await sleep(span);
  add_with_time(log, name);
}

} // namespace

WASIO_TEST("C91", "a cushion counts from when the last task blocked, without interruption") {
  PassingTime loop;
  const std::string log = log_in(loop, [](TaskGroup& group, Log& log) -> Task<> {
    group.spawn(note_when_blocked(log, 10ms, "blocked"));
    for (const int i : {5, 15, 24}) group.spawn(note_after(log, 1ms * i, "slept"));
    // At the very end of the cushion.
    group.spawn(note_after(log, 34ms, "just"));
    group.spawn(note_after(log, 100ms, "later"));
    co_return;
  });
  check_equal(log, "slept@5 slept@15 slept@24 just@34 blocked@44 later@100");
  co_return;
}

WASIO_TEST("C91", "a long step interrupts a cushion, even one that would have ended during it") {
  PassingTime loop;
  const std::string log = log_in(loop, [&](TaskGroup& group, Log& log) -> Task<> {
    group.spawn(note_when_blocked(log, 10ms, "blocked"));
    group.spawn([&]() -> Task<> {
      co_await sleep(5ms);
      loop.time = loop.time + 20ms;
    });
    co_return;
  });
  check_equal(log, "blocked@35");
  co_return;
}

WASIO_TEST("C91", "an event from the host interrupts a cushion, even if the next turn is late") {
  PassingTime loop;
  HandEvent event;
  const std::string log = log_in(loop, [&](TaskGroup& group, Log& log) -> Task<> {
    group.spawn(note_when_blocked(log, 10ms, "blocked"));
    group.spawn([&]() -> Task<> {
      co_await event.wait();
      add_with_time(log, "came");
    });
    loop.event_at = Instant::at(0) + 7ms;
    loop.event = [&] {
      event.set();
      loop.time = loop.time + 5ms;
    };
    co_return;
  });
  check_equal(log, "came@12 blocked@22");
  co_return;
}

WASIO_TEST("C91",
           "the smallest cushion ends first, equal ones together, and the others start over") {
  PassingTime loop;
  const std::string log = log_in(loop, [](TaskGroup& group, Log& log) -> Task<> {
    group.spawn(note_when_blocked(log, 30ms, "a"));
    group.spawn(note_when_blocked(log, 10ms, "b"));
    group.spawn(note_when_blocked(log, 20ms, "c"));
    group.spawn(note_when_blocked(log, 10ms, "d"));
    group.spawn(note_when_blocked(log, 0ms, "e"));
    co_return;
  });
  check_equal(log, "e@0 b@10 d@10 c@30 a@60");
  co_return;
}

WASIO_TEST("C91", "a cancel ends a wait with a cushion, and interrupts the others") {
  PassingTime loop;
  const std::string log = log_in(loop, [](TaskGroup& group, Log& log) -> Task<> {
    check(!co_await move_on_after(10ms, wait_all_tasks_blocked(20ms)));
    check_equal(Runtime::current().timer_count(), std::size_t{0});
    group.spawn(note_when_blocked(log, 30ms, "blocked"));
    check(!co_await move_on_after(5ms, wait_all_tasks_blocked(Duration::forever())));
    add_with_time(log, "gave up");
  });
  check_equal(log, "gave up@15 blocked@45");
  co_return;
}

WASIO_TEST("C91", "a NaN cushion fails with misuse") {
  const auto not_a_number = std::chrono::duration<double>(NAN);
  check_error(co_await attempt(wait_all_tasks_blocked(not_a_number)), errors::misuse);
}

WASIO_VIRTUAL_TEST("C91",
                   "no mock clock jumps during wait_all_tasks_blocked, whatever the cushion") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(note_when_blocked(log, 2h, "second"));
    group.spawn(note_when_blocked(log, 1h, "first"));
    group.spawn(note_after(log, 1ms, "slept"));
    group.spawn([&]() -> Task<> {
      co_await move_on_after(3ms, note_when_blocked(log, Duration::forever(), "never"));
    });
    co_return;
  });
  check_equal(log, "first@0 second@0 slept@1");
}

WASIO_TEST("C91", "a clock that stands still does not delay a cushion") {
  MockClock clock;
  clock.set_autojump(false);
  check(run_virtually(wait_all_tasks_blocked(1h), clock).has_value());
  check_equal(clock.now(), Instant::at(0));
  co_return;
}

WASIO_TEST("C91", "a cushion passes on the host's clock, unless that clock jumps") {
  const Instant start = now();
  co_await task_group([](TaskGroup& group) {
    group.spawn(wait_all_tasks_blocked(3ms));
    group.spawn(let_others_run());
  });
  const Duration passed = now() - start;
  check(passed >= Duration(3ms) || passed == Duration());
}

namespace {

// Four tasks whose steps interleave; returns their order.
Task<std::string> order(std::optional<std::uint64_t> seed) {
  Runtime::current().shuffle(seed);
  Log log;
  co_await task_group([&](TaskGroup& group) {
    for (const char name : {'a', 'b', 'c', 'd'}) {
      group.spawn([&log, name]() -> Task<> {
        for (int i = 0; i < 3; ++i) {
          log.add(name);
          co_await checkpoint();
        }
      });
    }
  });
  co_return log.take();
}

} // namespace

WASIO_TEST("C92", "the same seed produces the same order, on every host") {
  const std::string plain = run_virtually(order({})).value();
  check_equal(plain, "a b c d a b c d a b c d");
  const std::string first = run_virtually(order(1)).value();
  check_equal(run_virtually(order(1)).value(), first);
  int different = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    if (run_virtually(order(seed)).value() != plain) ++different;
  check(different > 10);
  co_return;
}

WASIO_TEST("C92", "a pass runs what was ready when it began, in whatever order") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const std::string steps = run_virtually(order(seed)).value();
    // Each task once in each of the three passes.
    for (std::size_t pass = 0; pass < 3; ++pass)
      for (const char name : {'a', 'b', 'c', 'd'})
        check(std::string_view(steps).substr(pass * 8, 7).contains(name));
  }
  co_return;
}

namespace {

// Fails if the second task runs first.
Task<> with_order_bug() {
  bool ready = false;
  co_await task_group([&](TaskGroup& group) {
    group.spawn([&]() -> Task<> {
      ready = true;
      co_return;
    });
    group.spawn([&]() -> Task<> {
      if (!ready) co_await fail(broken, "not ready");
    });
  });
}

} // namespace

WASIO_TEST("C92", "a planted order bug is found within 100 seeds, and its seed replays it") {
  check(run_virtually(with_order_bug()).has_value());
  const auto found = for_each_seed(100, with_order_bug);
  check_error(found, errors::group);
  const std::string_view message = found.error().message();
  check(message.starts_with("failed with seed "));
  std::uint64_t seed = 0;
  for (const char digit : message.substr(17)) seed = seed * 10 + static_cast<unsigned>(digit - '0');
  const auto again = run_with_seed(seed, with_order_bug);
  check(!again && again.error().message() == message);
  check(again.error().cause().has(broken));
  co_return;
}

WASIO_TEST("C92", "a sequencer enforces an order, whatever the schedule") {
  check(for_each_seed(20, []() -> Task<> {
          Log log;
          Sequencer sequencer;
          co_await task_group([&](TaskGroup& group) {
            for (const unsigned i : {3U, 0U, 2U, 1U}) {
              group.spawn([&, i]() -> Task<> {
                const auto turn = co_await sequencer(i);
                log.add(i);
                co_await let_others_run();
                log.add('-', i);
              });
            }
          });
          check_equal(log, "0 -0 1 -1 2 -2 3 -3");
        }).has_value());
  co_return;
}

WASIO_VIRTUAL_TEST("C92", "taking a turn twice is misuse, and a broken sequence fails") {
  Sequencer sequencer;
  co_await [](Sequencer& sequencer) -> Task<> {
    const auto turn = co_await sequencer(0);
    check_error(co_await attempt(sequencer(0)), errors::misuse);
  }(sequencer);
  check_error(co_await attempt(sequencer(0)), errors::misuse);
  const auto result = co_await attempt(task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(
        [&]() -> Task<> { check_error(co_await attempt(sequencer(3)), errors::broken_sequence); });
    auto waiting = group.spawn([&]() -> Task<> { const auto turn = co_await sequencer(2); });
    co_await wait_all_tasks_blocked();
    waiting.cancel();
    co_await wait_all_tasks_blocked();
    check_error(co_await attempt(sequencer(1)), errors::broken_sequence);
  }));
  check(result.has_value());
}

WASIO_TEST("C14",
           "a leak check reports frames, tasks, results and timers, and where they were made") {
  const LeakCheck check_nothing;
  check(check_nothing.report().clean());
  check_equal(check_nothing.report().describe(), "");
  {
    const LeakCheck leaks;
    std::optional<Task<int>> unawaited(value_of(1));
    auto behind = background(sleep_long());
    auto result = background(value_of(2));
    co_await wait_all_tasks_blocked();
    const LeakReport report = leaks.report();
    check_equal(report.timers, std::size_t{1});
    check_equal(report.blocks, std::size_t{4}); // a frame, a task and its frame, a result
    const std::string text = report.describe();
    if (WASIO_DEBUG != 0 && WASIO_PLACES != 0) {
      check_equal(report.leaks.size(), std::size_t{4});
      check(text.contains("a frame of"));
      check(text.contains("a task spawned in"));
      check(text.contains("the result of a task spawned in"));
      check(text.contains(join_text("testing.cpp:", behind.task().spawned_at().line())));
    }
    co_await std::move(*unawaited);
    behind.cancel();
    check_error(co_await attempt(behind), errors::task_cancelled);
  }
  check_equal(check_nothing.report().describe(), "");
}

} // namespace conformance
