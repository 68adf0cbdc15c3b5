// C30 to C32, C42, C60, C70: shields, what is visible through them, and how long they hold.
#include "support.h"

namespace conformance {

WASIO_VIRTUAL_TEST("C30",
                   "a shield hides a cancel: its body's value is delivered, then the work ends") {
  Log log;
  CancelScope scope;
  const bool ended = co_await scope.run([&]() -> Task<> {
    const AtExit at_exit([&] { log.add("left"); });
    scope.cancel();
    const int value = co_await shield(value_later(7, 10ms));
    log.add(value);
    co_await checkpoint();
    log.add("not reached");
  });
  check(!ended);
  check(scope.cancelled_caught());
  check_equal(log, "7 left");
}

WASIO_VIRTUAL_TEST("C30", "a cancel that arrives during a shield takes effect after it") {
  Log log;
  CancelScope scope;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(scope.run([&]() -> Task<> {
      co_await shield([&]() -> Task<> {
        co_await sleep(10ms);
        log.add("inside");
      });
      log.add("after");
      co_await sleep(1h);
      log.add("not reached");
    }));
    co_await sleep(1ms);
    scope.cancel();
    log.add("cancelled");
  });
  check_equal(log, "cancelled inside after");
}

WASIO_VIRTUAL_TEST("C30", "a shield covers the groups and tasks inside") {
  Log log;
  CancelScope scope;
  scope.cancel();
  co_await scope.run([&]() -> Task<> {
    co_await shield(task_group([&](TaskGroup& group) {
      for (int i : {2, 1}) {
        group.spawn([&log, i]() -> Task<> {
          co_await sleep(1ms * i);
          log.add(i);
        });
      }
    }));
  });
  check_equal(log, "1 2");
}

WASIO_TEST("C30", "an error propagates through a shield") {
  const auto result = co_await attempt(shield(fail_now(broken)));
  check_error(result, broken);
}

WASIO_VIRTUAL_TEST("C31", "a deadline works inside a shield") {
  CancelScope scope;
  scope.cancel();
  Log log;
  co_await scope.run([&]() -> Task<> {
    const bool whole = co_await shield(move_on_after(5ms, sleep_long()));
    log.add(whole ? "whole" : "cut", (now() - Instant::at(0)).nanoseconds());
  });
  check_equal(log, "cut5000000");
}

WASIO_VIRTUAL_TEST("C31",
                   "shield_for bounds the shield, and returns nothing if the bound ends it") {
  CancelScope scope;
  scope.cancel();
  Log log;
  co_await scope.run([&]() -> Task<> {
    const auto early = co_await shield_for(5ms, value_later(3, 2ms));
    log.add(early.value_or(0));
    const auto late = co_await shield_for(5ms, value_later(4, 1h));
    log.add(late ? "value" : "nothing");
    co_await checkpoint();
    log.add("not reached");
  });
  check_equal(log, "3 nothing");
  check_equal((now() - Instant::at(0)).nanoseconds(), Duration(7ms).nanoseconds());
}

WASIO_TEST("C31", "shield_for with a NaN limit fails with misuse") {
  const Duration nan = std::chrono::duration<double>(std::numeric_limits<double>::quiet_NaN());
  check_error(co_await attempt(shield_for(nan, sleep(1h))), errors::misuse);
}

WASIO_VIRTUAL_TEST("C31", "a shielded scope is still cancelled by its own cancel") {
  CancelScope scope;
  scope.set_shield(true);
  check(scope.shielded());
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(scope.run(sleep_long()));
    co_await sleep(1ms);
    scope.cancel();
  });
  check(scope.cancelled_caught());
}

WASIO_VIRTUAL_TEST("C32",
                   "dropping a shield under a cancelled scope ends a sleeping child immediately") {
  Log log;
  CancelScope outer;
  CancelScope inner;
  inner.set_shield(true);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(outer.run([&]() -> Task<> {
      co_await inner.run([&]() -> Task<> {
        co_await task_group([&](TaskGroup& children) {
          children.spawn([&]() -> Task<> {
            const AtExit at_exit([&] { log.add("child ended"); });
            co_await sleep_long();
          });
        });
      });
      log.add("not reached");
    }));
    co_await sleep(1ms);
    outer.cancel();
    co_await sleep(1ms);
    log.add("still there");
    inner.set_shield(false);
    log.add("dropped");
    co_await sleep(1ms);
  });
  check_equal(log, "still there dropped child ended");
  check(outer.cancelled_caught());
  check(!inner.cancelled_caught());
  check_equal((now() - Instant::at(0)).nanoseconds(), Duration(3ms).nanoseconds());
}

WASIO_VIRTUAL_TEST("C32", "a shield raised again hides the cancel from work that has not ended") {
  Log log;
  HandEvent event(HandEvent::Stop::refused);
  CancelScope outer;
  CancelScope inner;
  inner.set_shield(true);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(outer.run(inner.run([&]() -> Task<> {
      log.add(co_await event.wait());
      co_await checkpoint();
      log.add("shielded");
    })));
    co_await checkpoint();
    outer.cancel();
    inner.set_shield(false);
    inner.set_shield(true);
    inner.set_shield(false);
    inner.set_shield(true);
    event.set(6);
  });
  check_equal(log, "6 shielded");
  check_equal(event.asked, 1); // once per wait, however often the cancel becomes visible
  check(!outer.cancelled_caught());
}

WASIO_VIRTUAL_TEST("C42", "the effective deadline is the earliest visible one") {
  check_equal(current_effective_deadline(), now() + Duration(24h * 365 * 250)); // the harness's
  const Instant start = now();
  co_await move_on_after(10s, [&]() -> Task<> {
    check_equal(current_effective_deadline(), start + 10s);
    co_await move_on_after(20s, [&]() -> Task<> {
      check_equal(current_effective_deadline(), start + 10s);
      co_return;
    });
    co_await move_on_after(5s, [&]() -> Task<> {
      check_equal(current_effective_deadline(), start + 5s);
      co_return;
    });
    co_await shield([&]() -> Task<> {
      check(current_effective_deadline().is_never());
      co_return;
    });
    co_await shield_for(30s, [&]() -> Task<> {
      check_equal(current_effective_deadline(), start + 30s);
      co_return;
    });
    co_await task_group([&](TaskGroup& group) {
      group.spawn([&]() -> Task<> {
        check_equal(current_effective_deadline(), start + 10s);
        co_return;
      });
    });
  });
}

WASIO_TEST("C42", "the effective deadline of cancelled work is before every instant") {
  CancelScope scope;
  co_await scope.run([&]() -> Task<> {
    check(current_effective_deadline() > Instant::earliest());
    scope.cancel();
    check(current_effective_deadline() == Instant::earliest());
    co_await shield([&]() -> Task<> {
      check(current_effective_deadline().is_never());
      co_return;
    });
  });
}

namespace {

// A guard whose cleanup takes as long as given; logs how it ends.
Task<> guarded(Log& log, Duration cleanup) {
  co_await guard(sleep_long(), [&log, cleanup]() -> Task<> {
    const AtExit at_exit(
        [&log] { log.add("left", (now() - Instant::at(0)).nanoseconds() / 1'000'000); });
    co_await sleep(cleanup);
    log.add("clean");
  });
}

} // namespace

WASIO_VIRTUAL_TEST("C70",
                   "a cancel with a grace takes effect now; shields fall when the grace ends") {
  for (const Duration cleanup : {Duration(2ms), Duration(1h)}) {
    Log log;
    const Instant start = now();
    CancelScope scope;
    co_await task_group([&](TaskGroup& group) -> Task<> {
      group.spawn(scope.run([&]() -> Task<> {
        co_await guard(sleep_long(), [&]() -> Task<> {
          log.add("cleanup");
          const AtExit at_exit([&] { log.add((now() - start).nanoseconds() / 1'000'000); });
          co_await sleep(cleanup);
          log.add("clean");
        });
      }));
      co_await sleep(1ms);
      check(scope.cancel({.reason = "enough", .grace = 5ms}));
      log.add("cancelled");
    });
    check_equal(log,
                cleanup == Duration(2ms) ? "cancelled cleanup clean 3" : "cancelled cleanup 6");
    check(scope.cancelled_caught());
    check_equal(scope.cancel_reason(), "enough");
  }
}

WASIO_VIRTUAL_TEST("C70", "without a grace a shield holds as long as its body runs") {
  Log log;
  CancelScope scope;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(scope.run(guarded(log, 24h)));
    co_await sleep(1ms);
    scope.cancel();
  });
  check_equal(log, "clean left86400001");
}

WASIO_VIRTUAL_TEST("C70", "a shield raised after the grace does not hold") {
  Log log;
  CancelScope scope;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(scope.run([&]() -> Task<> {
      co_await guard(guard(sleep_long(), [&]() -> Task<> { co_await sleep_long(); }),
                     [&]() -> Task<> {
                       log.add("second cleanup");
                       co_await sleep_long();
                       log.add("not reached");
                     });
    }));
    co_await sleep(1ms);
    scope.cancel({.grace = 5ms});
  });
  check_equal(log, "second cleanup");
  check_equal((now() - Instant::at(0)).nanoseconds(), Duration(6ms).nanoseconds());
}

WASIO_VIRTUAL_TEST("C70", "a later cancel may move the end of the grace earlier, never later") {
  Log log;
  CancelScope scope;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(scope.run(guarded(log, 1h)));
    co_await sleep(1ms);
    check(scope.cancel("first"));
    check(!scope.cancel({.reason = "second", .grace = 10ms}));
    check(!scope.cancel({.grace = 20ms}));
    co_await sleep(1ms);
    check(!scope.cancel({.grace = 3ms}));
  });
  check_equal(log, "left5");
  check_equal(scope.cancel_reason(), "first");
}

WASIO_VIRTUAL_TEST("C70", "a grace of zero ends cleanups at their first checkpoint") {
  Log log;
  CancelScope scope;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(scope.run(guarded(log, 1h)));
    co_await sleep(1ms);
    scope.cancel({.grace = 0ms});
  });
  check_equal(log, "left1");
}

WASIO_VIRTUAL_TEST("C70", "a grace given before entry counts from entry") {
  Log log;
  CancelScope scope;
  scope.set_timeout(1h);
  scope.cancel({.grace = 4ms});
  co_await sleep(10ms);
  co_await scope.run(shield(guarded(log, 1h)));
  check_equal(log, "left14");
  check(scope.cancelled_caught());
}

WASIO_VIRTUAL_TEST("C70", "a handle's cancel and a group's cancel can have a grace") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto handle = group.spawn(guarded(log, 1h));
    group.spawn(guarded(log, 1h));
    co_await sleep(1ms);
    check(handle.cancel({.reason = "out", .grace = 2ms}));
    const auto result = co_await attempt(handle);
    check_error(result, errors::task_cancelled);
    log.add("joined");
    check(group.cancel({.reason = "all out", .grace = 2ms}));
    check_equal(group.cancel_reason(), "all out");
    co_await sleep_long();
  });
  check_equal(log, "left3 joined left5");
}

WASIO_VIRTUAL_TEST("C70", "an outer and an inner scope each have a grace of their own") {
  Log log;
  CancelScope outer;
  CancelScope inner;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(outer.run(inner.run(guarded(log, 1h))));
    co_await sleep(1ms);
    outer.cancel({.grace = 20ms});
    inner.cancel({.grace = 10ms});
  });
  check_equal(log, "left11");
  check(outer.cancelled_caught());
}

WASIO_VIRTUAL_TEST("C70", "an unused grace leaves no timer") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    CancelScope scope;
    group.spawn(scope.run(guarded(log, 1ms)));
    co_await sleep(1ms);
    scope.cancel({.grace = 1h});
    co_await group.join();
  });
  check_equal((now() - Instant::at(0)).nanoseconds(), Duration(2ms).nanoseconds());
  check_equal(Runtime::current().timer_count(), std::size_t{1}); // the harness's own
}

WASIO_VIRTUAL_TEST("C70", "the grace of a handle's cancel ends with its task") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto handle = group.spawn(guarded(log, 1ms));
    co_await sleep(1ms);
    handle.cancel({.grace = 1h});
    co_await attempt(handle);
    check_equal(Runtime::current().timer_count(), std::size_t{1}); // the harness's own
  });
  check_equal((now() - Instant::at(0)).nanoseconds(), Duration(2ms).nanoseconds());
}

WASIO_VIRTUAL_TEST("C60", "a scope and a group report what cancelled them, and why") {
  CancelScope scope;
  check(scope.cancel_source() == CancelSource::none);
  check_equal(scope.cancel_reason(), "");
  scope.cancel("told to");
  check(scope.cancel_source() == CancelSource::call);
  check_equal(scope.cancel_reason(), "told to");
  CancelScope timed;
  timed.set_timeout(1ms);
  co_await timed.run(sleep_long());
  check(timed.cancel_source() == CancelSource::deadline);
  const auto failed = co_await attempt(task_group([&](TaskGroup& group) -> Task<> {
    check(!group.cancel_called());
    group.spawn(fail_now(broken));
    co_await shield(sleep(1ms));
    check(group.cancel_called());
    check(group.cancel_source() == CancelSource::sibling);
  }));
  check_error(failed, errors::group);
}

WASIO_VIRTUAL_TEST("C32", "a shielded body that takes its scope can drop the shield") {
  Log log;
  CancelScope outer;
  const bool whole = co_await outer.run([&]() -> Task<> {
    outer.cancel();
    co_await shield([&](CancelScope& scope) -> Task<> {
      check(scope.shielded());
      co_await checkpoint();
      log.add("shielded");
      scope.set_shield(false);
      log.add("dropped");
      co_await checkpoint();
      log.add("not reached");
    });
    log.add("not reached either");
  });
  check(!whole);
  check_equal(log, "shielded dropped");
}

WASIO_VIRTUAL_TEST("C32",
                   "another task can drop the shield of a body, which ends what it waits for") {
  Log log;
  CancelScope outer;
  CancelScope* shielding = nullptr;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(outer.run(shield([&](CancelScope& scope) -> Task<> {
      shielding = &scope;
      const AtExit at_exit([&] { log.add((now() - Instant::at(0)).nanoseconds()); });
      co_await sleep_long();
    })));
    co_await sleep(1ms);
    outer.cancel();
    co_await sleep(1ms);
    shielding->set_shield(false);
  });
  check_equal(log, "2000000");
  check(outer.cancelled_caught());
}

WASIO_VIRTUAL_TEST("C31", "shield and shield_for with a scope return what move_on_after would") {
  CancelScope outer;
  Log log;
  outer.cancel();
  co_await outer.run([&]() -> Task<> {
    const auto value =
        co_await shield([](CancelScope&) -> Task<int> { co_return co_await value_later(7, 1ms); });
    log.add(value.value_or(0));
    const auto cancelled = co_await shield([](CancelScope& scope) -> Task<int> {
      scope.cancel();
      co_await checkpoint();
      co_return 1;
    });
    log.add(cancelled ? "value" : "nothing");
    const auto extended = co_await shield_for(5ms, [](CancelScope& scope) -> Task<int> {
      scope.set_timeout(50ms);
      co_await sleep(20ms);
      co_return 8;
    });
    log.add(extended.value_or(0));
    co_await checkpoint();
    log.add("not reached");
  });
  check_equal(log, "7 nothing 8");
}

} // namespace conformance
