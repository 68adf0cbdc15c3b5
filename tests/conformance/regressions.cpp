// Bugs of other libraries and of compilers, by name, that wasio does not have.
#include "support.h"
#include <wasio/runtime.h>
#if WASIO_EXCEPTIONS
#include <stdexcept>
#endif

namespace conformance {

using Stop = HandEvent::Stop;

// LLVM #208409: `try { co_await x } catch` in a loop is miscompiled for wasm. Here the result is
// awaited first, and then thrown in a try block without an await.
WASIO_TEST("C78", "attempt and or_throw combine an await in a loop with try and catch") {
#if WASIO_EXCEPTIONS
  Log log;
  const auto odd_fails = [](int i) -> Task<int> {
    co_await checkpoint();
    if (i % 2) co_await fail(broken, "odd");
    if (i == 4) throw std::runtime_error("four");
    co_return i;
  };
  for (int i = 0; i < 6; ++i) {
    auto result = co_await attempt(odd_fails(i));
    try {
      const Noisy noisy(log, "try");
      log.add(or_throw(std::move(result)));
    } catch (const Error& error) {
      log.add(error.message());
    } catch (const std::runtime_error& error) {
      log.add(error.what());
    }
  }
  check_equal(log, "0 ~try ~try odd 2 ~try ~try odd ~try four ~try odd");
#else
  skip("needs C++ exceptions");
#endif
  co_return;
}

namespace {

// Runs a task whose wait ends the task itself in `start`: by a cancel of its scope (way 0), of the
// task (1) or of its group (2), by completing (3) or by failing (4). Returns what happened.
Task<std::string> end_in_start(Stop answer, int way) {
  Log log;
  HandEvent event(answer);
  CancelScope scope;
  TaskHandle<> self;
  event.while_asked = [&] {
    log.add("stop");
    if (answer == Stop::later) event.confirm_stop();
  };
  co_await task_group([&](TaskGroup& group) -> Task<> {
    event.while_starting = [&] {
      if (way == 3) return event.set(1);
      if (way == 4) return event.fail(Error(broken));
      if (way == 0) scope.cancel();
      if (way == 1) self.cancel();
      if (way == 2) group.cancel();
      log.add("start");
    };
    self = group.spawn([&]() -> Task<> {
      co_await scope.run([&]() -> Task<> {
        const Noisy noisy(log, "frame");
        const auto got = co_await attempt(event.wait());
        log.add(got ? "value" : "error");
      });
    });
    co_await group.join();
  });
  co_return log.take();
}

} // namespace

// Seastar #2973: a coroutine that was destroyed inside its own await_suspend crashed with some
// compilers. Here the operation ends the very task whose frame is in `start`.
WASIO_TEST("C71", "an operation's start may end its own task, in every possible way") {
  for (const Stop answer : {Stop::stopped, Stop::later}) {
    for (const int way : {0, 1, 2})
      check_equal(co_await end_in_start(answer, way), "start stop ~frame");
    check_equal(co_await end_in_start(answer, 3), "value ~frame");
    check_equal(co_await end_in_start(answer, 4), "error ~frame");
  }
}

WASIO_TEST("C71", "an operation's start may close the channel that a sibling branch awaits") {
  Log log;
  HandEvent event;
  auto [sender, receiver] = channel<int>(0);
  event.while_starting = [&] {
    sender.close();
    event.set();
  };
  co_await gather(
      [&]() -> Task<> {
        const Noisy noisy(log, "receiver");
        check(!co_await receiver.receive());
      },
      [&]() -> Task<> {
        const Noisy noisy(log, "closer");
        co_await event.wait();
      });
  check_equal(log, "~closer ~receiver");
}

WASIO_TEST("C71", "an eager task's first step may cancel the scope that spawns it") {
  Log log;
  CancelScope scope;
  const bool finished = co_await scope.run([&]() -> Task<> {
    const Noisy noisy(log, "body");
    co_await task_group([&](TaskGroup& group) -> Task<> {
      group.spawn(
          [&]() -> Task<> {
            const Noisy inner(log, "child");
            scope.cancel();
            co_await checkpoint();
            log.add("never");
          },
          {.eager = true});
      log.add("spawned");
      co_await checkpoint();
      log.add("never");
    });
  });
  check(!finished);
  check_equal(log, "~child spawned ~body");
}

// asyncio (gh-86296): `wait_for` lost a cancel that arrived in the same pass as the result.
WASIO_TEST("C67",
           "a cancel in the pass of a completion: neither the value nor the cancel is lost") {
  for (const bool inner : {false, true}) {
    Log log;
    HandEvent event;
    co_await task_group([&](TaskGroup& group) -> Task<> {
      auto task = group.spawn([&]() -> Task<> {
        if (inner) {
          log.add(co_await fail_after(1h, event.wait()));
        } else {
          log.add(co_await event.wait());
        }
        co_await checkpoint();
        log.add("never");
      });
      co_await checkpoint();
      event.set(5);
      task.cancel();
      co_await let_others_run();
      check(task.cancelled());
    });
    check_equal(log, "5");
  }
}

// asyncio (gh-155418): an eager child that cancelled its group before it suspended hung forever.
WASIO_VIRTUAL_TEST("C55", "a child may cancel its group in its first step, eager or not") {
  const Instant start = now();
  for (const bool eager : {true, false}) {
    Log log;
    co_await task_group([&](TaskGroup& group) {
      group.spawn(
          [&]() -> Task<> {
            const Noisy noisy(log, "first");
            group.cancel();
            co_await sleep(1h);
          },
          {.eager = eager});
      group.spawn(
          [&]() -> Task<> {
            const Noisy noisy(log, "second");
            co_await sleep(1h);
          },
          {.eager = eager});
    });
    check_equal(log, "~first ~second");
    check_equal(now(), start);
  }
}

// asyncio (gh-128550), anyio (#155): if a child failed in its first step, before all its siblings
// were in the list of tasks to cancel, the siblings kept waiting.
WASIO_VIRTUAL_TEST("C46",
                   "a child that fails in its first step, inside its spawner's, ends the group") {
  const Instant start = now();
  for (const bool eager : {true, false}) {
    const auto ended = co_await attempt(task_group([&](TaskGroup& group) -> Task<> {
      group.spawn(
          [&]() -> Task<> {
            group.spawn(fail_now(broken), {.eager = eager});
            co_await sleep(1h);
          },
          {.eager = eager});
      group.spawn(sleep_long(), {.eager = eager});
      co_await sleep(1h);
    }));
    check_error(ended, errors::group);
    check_equal(ended.error().others().size(), 1u);
    check(ended.error().has(broken));
    check_equal(now(), start);
  }
}

} // namespace conformance
