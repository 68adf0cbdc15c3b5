// C48, C53 and C55: cancels in task groups.
#include "support.h"

namespace conformance {

WASIO_TEST("C48", "cancelling one child disturbs nothing else") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto victim = group.spawn(sleep_long());
    group.spawn([&]() -> Task<> {
      co_await sleep(1ms);
      log.add("sibling");
    });
    co_await checkpoint();
    victim.cancel();
    co_await sleep(1ms);
    check(victim.cancelled());
    log.add("body");
  });
  check(log == "sibling body" || log == "body sibling");
}

WASIO_TEST("C48", "a child cancelled through its handle raises no error, but its cleanup may") {
  auto ended = co_await attempt(task_group([](TaskGroup& group) -> Task<> {
    auto victim = group.spawn(guard(sleep_long(), fail_now(broken)));
    co_await checkpoint();
    victim.cancel();
  }));
  check_error(ended, errors::group);
  check(ended.error().has(broken));
}

WASIO_TEST("C53", "a child spawned into a cancelled group runs to its first checkpoint") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.cancel();
    group.spawn([&]() -> Task<> {
      log.add("begun");
      co_await value_of(1);
      log.add("on");
      co_await checkpoint();
      log.add("never");
    });
    co_return;
  });
  check_equal(log, "begun on");
}

WASIO_TEST("C53", "a child spawned by a child during the cancel runs to its first checkpoint too") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(guard(sleep_long(), [&]() -> Task<> {
      group.spawn([&]() -> Task<> {
        log.add("begun");
        co_await checkpoint();
        log.add("never");
      });
      log.add("spawned");
      co_return;
    }));
    co_await checkpoint();
    group.cancel();
  });
  check_equal(log, "spawned begun");
}

WASIO_TEST("C55", "group.cancel() ends body and children without an error") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      const Noisy child(log, "child");
      co_await sleep(1h);
    });
    const Noisy body(log, "body");
    co_await checkpoint();
    check(group.cancel("enough"));
    check(!group.cancel("again"));
    co_await checkpoint();
    log.add("never");
  });
  check_equal(log, "~child ~body");
}

WASIO_TEST(
    "C55",
    "a cancelled group returns the body's value if the body had finished, otherwise nothing") {
  const auto finished = co_await task_group([](TaskGroup& group) -> Task<int> {
    group.spawn([&group]() -> Task<> {
      co_await let_others_run();
      group.cancel();
      co_await sleep(1h);
    });
    co_return 3;
  });
  check_equal(finished.value_or(0), 3);
  const auto unfinished = co_await task_group([](TaskGroup& group) -> Task<int> {
    group.spawn([&group]() -> Task<> {
      group.cancel();
      co_return;
    });
    co_await sleep(1h);
    co_return 3;
  });
  check(!unfinished);
}

WASIO_TEST("C55", "group.cancel() does not swallow a cancel from outside") {
  Log log;
  CancelScope outer;
  const bool finished = co_await outer.run([&]() -> Task<> {
    co_await task_group([&](TaskGroup& group) -> Task<> {
      group.spawn(sleep_long());
      co_await checkpoint();
      group.cancel();
      outer.cancel();
      co_await checkpoint();
    });
    log.add("never");
  });
  check(!finished && outer.cancelled_caught());
  check_equal(log, "");
}

WASIO_TEST("C55", "a child may cancel its group, even in its first step") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      group.cancel();
      log.add("first");
      co_await checkpoint();
      log.add("never");
    });
    group.spawn([&]() -> Task<> {
      log.add("second");
      co_await checkpoint();
      log.add("never");
    });
    co_await sleep(1h);
    log.add("never");
  });
  check_equal(log, "first second");
}

WASIO_TEST("C55", "errors come out of a group that was cancelled by group.cancel()") {
  auto ended = co_await attempt(task_group([](TaskGroup& group) -> Task<> {
    group.spawn(guard(sleep_long(), fail_now(broken)));
    co_await checkpoint();
    group.cancel();
  }));
  check_error(ended, errors::group);
  check(ended.error().has(broken));
}

WASIO_VIRTUAL_TEST("C55", "a group's deadline cancels it at that moment") {
  Log log;
  const auto value = co_await task_group([&](TaskGroup& group) -> Task<int> {
    check(group.deadline().is_never());
    group.set_deadline(now() + 5ms);
    check(group.deadline() == Instant::at(0) + 5ms);
    group.spawn([&]() -> Task<> {
      const AtExit at_exit(
          [&] { log.add(group.cancel_source() == CancelSource::deadline, group.cancel_reason()); });
      co_await sleep_long();
    });
    co_await sleep_long();
    co_return 1;
  });
  check(!value);
  check_equal(log, "truethe deadline has passed");
  check_equal((now() - Instant::at(0)).nanoseconds(), Duration(5ms).nanoseconds());
  co_await checkpoint(); // the task itself is not cancelled
}

WASIO_VIRTUAL_TEST("C55", "a group's deadline leaves the value of a body that has finished") {
  const auto value = co_await task_group([&](TaskGroup& group) -> Task<int> {
    group.set_deadline(now() + 5ms);
    group.spawn(sleep_long());
    co_return 1;
  });
  check_equal(value.value_or(0), 1);
  check_equal((now() - Instant::at(0)).nanoseconds(), Duration(5ms).nanoseconds());
}

WASIO_VIRTUAL_TEST("C40",
                   "a group's deadline moves both ways, by any task, and is gone afterwards") {
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.set_deadline(Instant::never());
    group.set_deadline(now() + 5ms);
    group.spawn([&]() -> Task<> {
      co_await sleep(4ms);
      group.set_deadline(now() + 10ms);
      co_await sleep(4ms);
      group.set_deadline(Instant::never());
      co_await sleep(20ms);
      group.set_deadline(now() + 1ms);
      check(group.deadline() == now() + 1ms);
      co_await sleep_long();
    });
    co_await sleep_long();
  });
  check_equal((now() - Instant::at(0)).nanoseconds(), Duration(29ms).nanoseconds());
  // A group that ends before its deadline leaves no timer.
  const auto value = co_await task_group([&](TaskGroup& group) -> Task<int> {
    group.set_deadline(now() + 5ms);
    co_return 2;
  });
  check_equal(value.value_or(0), 2);
  co_await sleep(10ms);
}

WASIO_TEST("C37", "a group's deadline in the past takes effect at the first checkpoint") {
  Log log;
  const bool outer = co_await move_on_after(1h, [&]() -> Task<> {
    co_await task_group([&](TaskGroup& group) -> Task<> {
      group.set_deadline(Instant::earliest());
      check(group.cancel_called());
      group.set_deadline(Instant::never()); // does not un-cancel
      log.add("continued");
      co_await checkpoint();
      log.add("not reached");
    });
    log.add("after");
  });
  check(outer);
  check_equal(log, "continued after");
}

WASIO_VIRTUAL_TEST("C42", "a group's deadline is visible inside, and not through a shield") {
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.set_deadline(Instant::at(0) + 5ms);
    check(current_effective_deadline() == Instant::at(0) + 5ms);
    co_await shield([]() -> Task<> {
      check(current_effective_deadline().is_never());
      co_return;
    });
    auto child = group.spawn([]() -> Task<> {
      check(current_effective_deadline() == Instant::at(0) + 5ms);
      co_return;
    });
    co_await child;
    check(current_task().scopes().back().deadline == Instant::at(0) + 5ms);
  });
}

WASIO_VIRTUAL_TEST("C49", "errors of children that a group's deadline ends propagate") {
  const auto result = co_await attempt(task_group([](TaskGroup& group) -> Task<> {
    group.set_deadline(now() + 1ms);
    group.spawn(guard(sleep_long(), fail_now(broken)));
    co_await sleep_long();
  }));
  check_error(result, errors::group);
  check(result.error().has(broken));
}

WASIO_TEST("C14", "a runtime that is destroyed leaves no deadline of a group behind") {
  const auto work = []() -> Task<> {
    co_await task_group([](TaskGroup& group) -> Task<> {
      group.set_deadline(now() + 1h);
      co_await sleep_long();
    });
  };
  detail::MainTask<decltype(work)> main(std::in_place, work);
  MockClock clock;
  {
    Runtime runtime(clock);
    runtime.begin(main);
    runtime.turn();
  }
  co_return;
}

} // namespace conformance
