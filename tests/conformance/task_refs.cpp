// C3, C6, C8, C21, C22, C24, C25, C48: cancelling tasks by a TaskRef.
#include "support.h"

namespace conformance {
namespace {

// Waits, and shows its task in `tasks`.
Task<int> shown(std::vector<TaskRef>& tasks, int value) {
  tasks.push_back(current_task());
  co_await sleep_long();
  co_return value;
}

} // namespace

WASIO_TEST("C3", "a TaskRef cancels its task, once, and a task that has ended not at all") {
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto sleeper = group.spawn(sleep_long());
    const TaskRef task = sleeper.task();
    co_await checkpoint();
    check(task.cancel("enough"));
    check(!task.cancel("more"));
    check_error(co_await attempt(sleeper), errors::task_cancelled);
    check_equal(sleeper.result().error().message(), "enough");
    check(!task.cancel());
    auto quick = group.spawn(value_of(1));
    check_equal(co_await quick, 1);
    check(!quick.task().cancel());
    check_equal(quick.result().value(), 1);
  });
}

WASIO_TEST("C3", "a TaskRef that has outlived its task cancels nothing") {
  TaskRef task;
  co_await task_group([&](TaskGroup& group) { task = group.spawn(value_of(1)).task(); });
  check(task.done());
  check(!task.cancel());
}

WASIO_TEST("C8", "a task that cancels itself by its reference continues to its next checkpoint") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto task = group.spawn([&]() -> Task<> {
      const AtExit at_exit([&] { log.add("left"); });
      check(current_task().cancel("done here"));
      log.add("continued");
      co_await checkpoint();
      log.add("not reached");
    });
    co_await group.join();
    check(task.cancelled());
    check_equal(task.result().error().message(), "done here");
    log.add("group continues");
  });
  check_equal(log, "continued left group continues");
}

WASIO_VIRTUAL_TEST("C3", "the grace of a cancel by reference ends shields, as with a handle") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    const TaskRef task = group.spawn(shield(sleep_long())).task();
    co_await checkpoint();
    check(task.cancel({.grace = 5ms}));
    co_await group.join();
    log.add((now() - Instant::at(0)).nanoseconds());
  });
  check_equal(log, "5000000");
}

WASIO_TEST("C48", "a child cancelled by reference disturbs no other") {
  std::vector<TaskRef> tasks;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(shown(tasks, 1));
    auto other = group.spawn(value_of(2));
    co_await let_others_run();
    check(tasks.at(0).cancel());
    check_equal(co_await other, 2);
  });
}

WASIO_TEST("C22", "a branch that is cancelled alone fails with task_cancelled and the reason") {
  std::vector<TaskRef> tasks;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      co_await let_others_run();
      tasks.at(0).cancel("not needed");
    });
    auto [first, second] = co_await gather_settled(shown(tasks, 1), value_of(2));
    check(first.cancelled());
    check_error(first, errors::task_cancelled);
    check_equal(first.error().message(), "not needed");
    check_equal(second.value(), 2);
  });
}

WASIO_TEST("C21", "to gather, a branch that is cancelled alone is a failure") {
  std::vector<TaskRef> tasks;
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      co_await let_others_run();
      tasks.at(1).cancel("not needed");
    });
    const auto result = co_await attempt(gather(shown(tasks, 1), shown(tasks, 2)));
    check_error(result, errors::task_cancelled);
    check_equal(result.error().message(), "not needed");
    check(result.error().others().empty());
    check(tasks.at(0).done());
    co_await checkpoint();
    log.add("not cancelled");
  });
  check_equal(log, "not cancelled");
}

WASIO_TEST("C21", "a branch cancelled alone and from outside ends as cancelled") {
  std::vector<TaskRef> tasks;
  CancelScope scope;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      co_await let_others_run();
      tasks.at(0).cancel();
      scope.cancel();
    });
    const bool whole =
        co_await scope.run([&]() -> Task<> { co_await gather(shown(tasks, 1), shown(tasks, 2)); });
    check(!whole);
  });
}

WASIO_TEST("C24", "to race, a branch that is cancelled alone is an error that decides") {
  std::vector<TaskRef> tasks;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      co_await let_others_run();
      tasks.at(0).cancel();
    });
    check_error(co_await attempt(race(shown(tasks, 1), shown(tasks, 2))), errors::task_cancelled);
  });
}

WASIO_TEST("C25", "as_completed hands over the outcome of a branch that is cancelled alone") {
  std::vector<TaskRef> tasks;
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      co_await let_others_run();
      tasks.at(1).cancel();
      tasks.at(0).cancel();
    });
    std::vector<Task<int>> bodies;
    for (const int i : {0, 1}) bodies.push_back(shown(tasks, i));
    co_await as_completed(std::move(bodies), [&](std::size_t index, Outcome<int> outcome) {
      log.add(index, outcome.cancelled() ? "cancelled" : "other");
    });
  });
  check_equal(log, "1cancelled 0cancelled");
}

WASIO_VIRTUAL_TEST("C3", "the main task can be cancelled by its reference") {
  MockClock clock;
  const auto result = run_virtually(
      []() -> Task<> {
        current_task().cancel("stop");
        co_await sleep_long();
      },
      clock);
  check_error(result, errors::task_cancelled);
  co_return;
}

} // namespace conformance
