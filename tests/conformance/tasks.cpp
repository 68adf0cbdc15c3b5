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
    co_await value_of(1);  // no checkpoint, so no yield
    log.add("awaited");
    co_await checkpoint();
    log.add("yielded");
  });
  check_equal(log.take(), "spawned awaited child yielded");
}

WASIO_TEST("C1", "spawned tasks begin in the order in which they were spawned") {
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

WASIO_TEST("C3", "cancelling a finished task changes nothing and says so") {
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
  auto ended = co_await attempt(task_group(
      [&](TaskGroup& group) { handle = group.spawn(fail_now(broken, "as it was")); }));
  check_error(ended, errors::group);
  check(!handle.cancel("late"));
  check(!handle.cancelled());
  check_error(handle.result(), broken);
  check_equal(handle.result().error().message(), "as it was");
}

WASIO_TEST("C3", "only the first cancel of a living task counts") {
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

WASIO_TEST("C4", "asking for the result of an unfinished task is misuse") {
  co_await task_group([](TaskGroup& group) -> Task<> {
    auto child = group.spawn(value_of(7));
    check(!child.done());
    check_error(child.result(), errors::misuse);
    co_await checkpoint();
    check_equal(child.result().value(), 7);
  });
}

WASIO_TEST("C4", "a finished task gives its value every time") {
  TaskHandle<std::string> handle;
  co_await task_group([&](TaskGroup& group) {
    handle = group.spawn([]() -> Task<std::string> { co_return "text"; });
  });
  for (int i = 0; i < 3; ++i) check_equal(handle.result().value(), "text");
  for (int i = 0; i < 3; ++i) check_equal(co_await handle, "text");
  check_equal(handle.result().value(), "text");
}

WASIO_TEST("C4", "a finished task gives its error every time") {
  TaskHandle<> handle;
  auto ended = co_await attempt(
      task_group([&](TaskGroup& group) { handle = group.spawn(fail_now(broken, "why")); }));
  check_error(ended, errors::group);
  for (int i = 0; i < 3; ++i) {
    check_error(handle.result(), broken);
    check_error(co_await attempt(handle), broken);
  }
}

WASIO_TEST("C4", "a cancelled task gives task_cancelled with the reason") {
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

}  // namespace conformance
