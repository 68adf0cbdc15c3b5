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

} // namespace conformance
