// C1 to C12: tasks, their handles and their ends.
#include "support.h"

namespace conformance {

WASIO_TEST("C1", "a spawned task does not run before the spawner yields") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      log.add("child");
      co_return;
    });
    log.add("spawned");
    co_await value_of(1); // no checkpoint, so no yield
    log.add("awaited");
    co_await checkpoint();
    log.add("yielded");
  });
  check_equal(log.take(), "spawned awaited child yielded");
}

WASIO_TEST("C1", "tasks begin in the order in which they were spawned") {
  Log log;
  co_await task_group([&](TaskGroup& group) {
    for (int i = 0; i < 5; ++i) {
      group.spawn([&log, i]() -> Task<> {
        log.add(i);
        co_return;
      });
    }
    log.add("end");
  });
  check_equal(log.take(), "end 0 1 2 3 4");
}

WASIO_TEST("C3", "cancelling a finished task changes nothing and returns false") {
  co_await task_group([](TaskGroup& group) -> Task<> {
    auto value = group.spawn(value_of(7));
    auto idle = group.spawn(sleep_long());
    idle.cancel("first");
    co_await let_others_run();
    check(value.done() && idle.done());
    check(!value.cancel("late"));
    check(!idle.cancel("late"));
    check(!value.cancelled());
    check_equal(value.result().value(), 7);
    check_equal(idle.result().error().message(), "first");
  });
}

WASIO_TEST("C3", "cancelling a failed task keeps its error") {
  TaskHandle<> handle;
  auto ended = co_await attempt(
      task_group([&](TaskGroup& group) { handle = group.spawn(fail_now(broken, "as it was")); }));
  check_error(ended, errors::group);
  check(!handle.cancel("late"));
  check(!handle.cancelled());
  check_error(handle.result(), broken);
  check_equal(handle.result().error().message(), "as it was");
}

WASIO_TEST("C3", "only the first cancel of a running task counts") {
  co_await task_group([](TaskGroup& group) -> Task<> {
    auto idle = group.spawn(sleep_long());
    check(idle.cancel("first"));
    check(!idle.cancel("second"));
    check(!idle.done());
    co_await let_others_run();
    check(idle.cancelled());
    check_equal(idle.result().error().message(), "first");
  });
}

WASIO_TEST("C4", "reading the result of an unfinished task fails with misuse") {
  co_await task_group([](TaskGroup& group) -> Task<> {
    auto child = group.spawn(value_of(7));
    check(!child.done());
    check_error(child.result(), errors::misuse);
    co_await checkpoint();
    check_equal(child.result().value(), 7);
  });
}

WASIO_TEST("C4", "a finished task returns its value every time") {
  TaskHandle<std::string> handle;
  co_await task_group([&](TaskGroup& group) {
    handle = group.spawn([]() -> Task<std::string> { co_return "text"; });
  });
  for (int i = 0; i < 3; ++i) check_equal(handle.result().value(), "text");
  for (int i = 0; i < 3; ++i) check_equal(co_await handle, "text");
  check_equal(handle.result().value(), "text");
}

WASIO_TEST("C4", "a finished task returns its error every time") {
  TaskHandle<> handle;
  auto ended = co_await attempt(
      task_group([&](TaskGroup& group) { handle = group.spawn(fail_now(broken, "why")); }));
  check_error(ended, errors::group);
  for (int i = 0; i < 3; ++i) {
    check_error(handle.result(), broken);
    check_error(co_await attempt(handle), broken);
  }
}

WASIO_TEST("C4", "a cancelled task fails with task_cancelled and the reason") {
  co_await task_group([](TaskGroup& group) -> Task<> {
    auto child = group.spawn(sleep_long());
    co_await checkpoint();
    child.cancel("not needed");
    auto awaited = co_await attempt(child);
    check_error(awaited, errors::task_cancelled);
    check_equal(awaited.error().message(), "not needed");
    check(child.cancelled());
    check_error(child.result(), errors::task_cancelled);
    check_equal(child.result().error().message(), "not needed");
  });
}

WASIO_TEST("C4", "moving the handle moves the value out") {
  co_await task_group([](TaskGroup& group) -> Task<> {
    auto child = group.spawn([]() -> Task<MoveOnly> { co_return MoveOnly(5); });
    MoveOnly& seen = co_await child;
    check_equal(*seen.number, 5);
    MoveOnly taken = co_await std::move(child);
    check_equal(*taken.number, 5);
  });
}

// Awaits the event `depth` calls deep, with noisy objects in every frame.
Task<> wait_deep(Log& log, HandEvent& event, int depth) {
  const Noisy first(log, join_text('a', depth));
  const Noisy second(log, join_text('b', depth));
  if (depth == 0) {
    co_await event.wait();
  } else {
    co_await wait_deep(log, event, depth - 1);
  }
  const Noisy never(log, "never");
}

WASIO_TEST("C6", "a cancel destroys frames innermost first, objects in reverse order") {
  Log log;
  HandEvent event;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto victim = group.spawn(wait_deep(log, event, 2));
    co_await checkpoint();
    check(event.waited_for());
    victim.cancel();
    check(!event.waited_for()); // it can no longer be granted anything
    check_equal(log, "");       // but nothing has been destroyed inside the call
    check(!victim.done());
    co_await checkpoint();
    check_equal(log.take(), "~b0 ~a0 ~b1 ~a1 ~b2 ~a2");
    check(victim.cancelled());
  });
}

WASIO_TEST("C6", "an error destroys frames in the same order") {
  Log log;
  HandEvent event;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      auto ended = co_await attempt(wait_deep(log, event, 2));
      check_error(ended, broken);
      log.add("caught");
    });
    co_await checkpoint();
    event.fail(Error(broken));
    check_equal(log, "");
    co_await checkpoint();
    check_equal(log.take(), "~b0 ~a0 ~b1 ~a1 ~b2 ~a2 caught");
  });
}

WASIO_TEST("C6", "a cancelled task's destructors run in its own turn, in queue order") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    const auto idle = [&](std::string name) -> Task<> {
      const Noisy noisy(log, name);
      co_await sleep(1h);
    };
    auto first = group.spawn(idle("first"));
    auto second = group.spawn(idle("second"));
    auto third = group.spawn(idle("third"));
    co_await checkpoint();
    group.spawn([&]() -> Task<> {
      log.add("other");
      co_return;
    });
    third.cancel();
    first.cancel();
    second.cancel();
    check_equal(log, "");
    co_await checkpoint();
    check_equal(log.take(), "other ~third ~first ~second");
  });
}

WASIO_TEST("C6", "a cancel propagates through attempts, scopes, groups and gathers") {
  Log log;
  HandEvent event;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto victim = group.spawn([&]() -> Task<> {
      const Noisy outermost(log, "root");
      auto ended = co_await attempt([&]() -> Task<> {
        const Noisy inside(log, "attempt");
        co_await move_on_after(1h, [&]() -> Task<> {
          const Noisy scope(log, "scope");
          co_await task_group([&](TaskGroup&) -> Task<> {
            const Noisy body(log, "group");
            co_await gather(wait_deep(log, event, 0));
            log.add("never");
          });
          log.add("never");
        });
        log.add("never");
      });
      log.add("never");
    });
    co_await let_others_run();
    victim.cancel();
    co_await let_others_run();
    check(victim.cancelled());
    check_equal(log.take(), "~b0 ~a0 ~group ~scope ~attempt ~root");
  });
}

WASIO_TEST("C7", "no attempt, at any depth, sees a cancel") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto victim = group.spawn([&]() -> Task<> {
      for (;;) {
        auto ended = co_await attempt([&]() -> Task<> {
          co_await attempt(sleep_long());
          log.add("inner");
        });
        log.add("outer");
      }
    });
    co_await checkpoint();
    victim.cancel();
    co_await let_others_run();
    check(victim.cancelled());
    check_equal(log, "");
  });
}

WASIO_TEST("C7", "a guard sees a cancel, but cannot stop it from propagating") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto victim = group.spawn([&]() -> Task<> {
      co_await guard(sleep_long(), [&]() -> Task<> {
        log.add("cleanup");
        auto ended = co_await attempt(fail_now(broken));
        check_error(ended, broken);
      });
      log.add("never");
    });
    co_await checkpoint();
    victim.cancel();
    co_await let_others_run();
    check(victim.cancelled());
    check_equal(log, "cleanup");
  });
}

WASIO_TEST("C8", "a task that cancels its own scope continues to its next checkpoint") {
  Log log;
  CancelScope scope;
  const bool finished = co_await scope.run([&]() -> Task<> {
    scope.cancel();
    log.add("after");
    co_await value_of(1);
    co_await attempt(value_of(1));
    log.add("no", "checkpoint");
    co_await checkpoint();
    log.add("never");
  });
  check(!finished);
  check(scope.cancelled_caught());
  check_equal(log, "after nocheckpoint");
}

WASIO_TEST("C9", "dropping a handle neither stops nor loses the task") {
  Log log;
  co_await task_group([&](TaskGroup& group) {
    auto handle = group.spawn([&]() -> Task<> {
      co_await let_others_run();
      log.add("done");
    });
    auto copy = handle;
    handle = {};
    copy = {};
  });
  check_equal(log, "done");
}

WASIO_TEST("C9", "the error of a task without a handle still reaches the group") {
  auto ended = co_await attempt(
      task_group([](TaskGroup& group) { group.spawn(fail_now(broken, "no handle")); }));
  check_error(ended, errors::group);
  check_equal(ended.error().others().size(), 1u);
  check(ended.error().others()[0].is(broken));
}

WASIO_TEST("C9", "an error that a task awaited reaches the group too") {
  Result<> awaited;
  auto ended = co_await attempt(task_group([&](TaskGroup& group) -> Task<> {
    auto child = group.spawn(fail_now(broken));
    awaited = co_await attempt(child);
  }));
  check_error(awaited, broken);
  check_error(ended, errors::group);
  check(ended.error().has(broken));
}

WASIO_TEST("C9", "a handle outlives its group and keeps the value") {
  std::optional<TaskHandle<MoveOnly>> handle;
  co_await task_group([&](TaskGroup& group) {
    handle = group.spawn([]() -> Task<MoveOnly> { co_return MoveOnly(3); });
  });
  check(handle->done());
  check_equal(*(co_await *handle).number, 3);
  check_equal(*std::move(*handle).result().value().number, 3);
}

// Debug builds report a dropped Task; other builds do not.
void check_dropped_reports(std::size_t count,
                           std::source_location where = std::source_location::current()) {
  const auto reports = take_unhandled();
  check_equal(reports.size(), WASIO_DEBUG ? count : 0, where);
  for (const Error& report : reports) check(report.is(errors::misuse), where);
}

WASIO_TEST("C12", "a Task that is never awaited runs nothing and leaks nothing") {
  Log log;
  const auto blocks = memory_use().live_blocks;
  {
    auto task = [](Log& log, std::unique_ptr<int>) -> Task<> {
      log.add("ran");
      co_return;
    }(log, std::make_unique<int>(1));
    check(static_cast<bool>(task));
    check(memory_use().live_blocks > blocks);
  }
  check_dropped_reports(1);
  check_equal(memory_use().live_blocks, blocks);
  check_equal(log, "");
  co_return;
}

Task<int> dropped_task() {
  co_return 1;
}

WASIO_TEST("C12", "debug builds name the coroutine that was never awaited") {
  if (!WASIO_DEBUG) {
    skip("only debug builds report it");
    co_return;
  }
  {
    auto task = dropped_task();
  }
  const auto reports = take_unhandled();
  check_equal(reports.size(), 1u);
  if (reports.empty()) co_return;
  check(describe(reports[0]).contains("without being awaited"));
  if (WASIO_PLACES != 0) {
    check(reports[0].place().function().contains("dropped_task"));
    check_equal(reports[0].place().file(), "tasks.cpp");
    check(reports[0].place().known());
  }
}

WASIO_TEST("C12",
           "the arguments of a Task that never ran are destroyed once, a Task among them too") {
  Log log;
  {
    auto task = [](std::unique_ptr<Noisy>, Task<> inner) -> Task<> {
      co_await std::move(inner);
    }(std::make_unique<Noisy>(log, "argument"), sleep_long());
  }
  check_equal(log, "~argument");
  check_dropped_reports(2);
  co_return;
}

WASIO_TEST("C12", "a Task can be moved and assigned; what it held before is dropped") {
  auto one = value_of(1);
  auto two = value_of(2);
  one = std::move(two);
  check_equal(co_await std::move(one), 2);
  check(!one); // NOLINT: the moved-from state is what is tested
  {
    auto dropped = std::move(two);
    (void)dropped;
  }
  check_dropped_reports(1);
}

WASIO_TEST("C12", "awaiting a moved-from Task fails with misuse") {
  auto task = value_of(1);
  check_equal(co_await std::move(task), 1);
  auto again = co_await attempt([&]() -> Task<int> { co_return co_await std::move(task); });
  check_error(again, errors::misuse);
  check_error(co_await attempt(std::move(task)), errors::misuse);
}

} // namespace conformance
