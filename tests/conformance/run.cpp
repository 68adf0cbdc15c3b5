// C95 to C99: run, its end, and background tasks. C14: what a runtime leaves behind. C79: the hook
// for unhandled errors.
#include "support.h"
#include <wasio/memory.h>
#include <wasio/runtime.h>

namespace conformance {

WASIO_TEST("C14", "a runtime destroyed with every kind of work in it leaves nothing behind") {
  const auto blocks = memory_use().live_blocks;
  Log log;
  {
    MockClock clock;
    HandEvent event;
    auto [sender, receiver] = channel<std::unique_ptr<int>>(0);
    CancelScope scope;
    const auto work = [&]() -> Task<> {
      const Noisy noisy(log, "main");
      background(sleep_long());
      co_await task_group([&](TaskGroup& group) -> Task<> {
        auto handle = group.spawn(sleep_long());
        group.spawn([handle]() -> Task<> { co_await handle; });
        group.spawn([&]() -> Task<> { co_await receiver.receive(); });
        group.spawn([&]() -> Task<> { co_await scope.run(event.wait()); });
        group.spawn(move_on_after(1h, gather(sleep_long(), fail_after(2h, sleep_long()))));
        group.spawn(guard(value_of(1), []() -> Task<> { co_await sleep(1h); }));
        group.spawn(task_group([](TaskGroup& inner) -> Task<MoveOnly> {
          inner.spawn(sleep_long());
          co_return MoveOnly(1);
        }));
        co_await let_others_run();
        group.spawn(value_of(1)); // never begun
        co_await group.join();
      });
    };
    detail::MainTask<decltype(work)> main(std::in_place, work);
    main.hold();
    Runtime runtime(clock);
    runtime.begin(main);
    for (int i = 0; i < 3; ++i) runtime.turn();
    check(runtime.timer_count() > 0);
    check_equal(log, "");
  }
  check_equal(log, "~main");
  check_equal(memory_use().live_blocks, blocks);
  co_return;
}

WASIO_TEST("C14",
           "destructors that wake, cancel and spawn while a runtime is destroyed do no harm") {
  Log log;
  {
    MockClock clock;
    auto [sender, receiver] = channel<int>(0);
    const auto work = [&]() -> Task<> {
      co_await task_group([&](TaskGroup& group) -> Task<> {
        auto idle = group.spawn(sleep_long());
        group.spawn([](Sender<int> sender) -> Task<> {
          co_await sleep(1h);
          co_await sender.send(1);
        }(std::move(sender)));
        group.spawn([&]() -> Task<> {
          const AtExit end([&] {
            log.add("end");
            idle.cancel();
            group.cancel();
            group.spawn(value_of(1));
          });
          co_await receiver.receive();
        });
        group.spawn(sleep_long());
        co_await checkpoint();
        co_await sleep(1h);
      });
    };
    detail::MainTask<decltype(work)> main(std::in_place, work);
    main.hold();
    Runtime runtime(clock);
    runtime.begin(main);
    for (int i = 0; i < 3; ++i) runtime.turn();
  }
  check_equal(log, "end");
  take_unhandled(); // a refused spawn may be reported
  co_return;
}

WASIO_TEST("C14", "a scope that outlives the runtime in which it ran is harmless") {
  CancelScope scope;
  {
    MockClock clock;
    const auto work = [&]() -> Task<> {
      scope.set_timeout(1h);
      co_await scope.run([&]() -> Task<> {
        const AtExit moves([&] {
          scope.set_timeout(2h);
          scope.set_deadline(Instant::at(1));
        });
        co_await sleep(2h);
      });
    };
    detail::MainTask<decltype(work)> main(std::in_place, work);
    main.hold();
    Runtime runtime(clock);
    runtime.begin(main);
    runtime.turn();
  }
  scope.set_timeout(0s);
  scope.cancel();
  check(!scope.cancelled_caught());
  co_return;
}

WASIO_TEST("C95", "run returns the value or the error") {
  check_equal(run_virtually(value_of(4)).value(), 4);
  const auto failed = run_virtually(fail_now(broken, "why"));
  check_error(failed, broken);
  check_equal(failed.error().message(), "why");
  co_return;
}

WASIO_TEST("C95", "run inside a running runtime fails with misuse and runs nothing") {
  Log log;
  MockClock clock;
  const auto ended = run(
      [&]() -> Task<> {
        log.add("ran");
        co_return;
      },
      clock);
  check_error(ended, errors::misuse);
  check_equal(log, "");
  co_return;
}

WASIO_TEST("C95", "run of a main task that is cancelled returns task_cancelled") {
  const auto ended = run_virtually([]() -> Task<> {
    Runtime::current().end(Error(errors::task_cancelled, "the host"), CancelSource::host);
    co_await checkpoint();
  });
  check_error(ended, errors::task_cancelled);
  check_equal(ended.error().message(), "the host");
  co_return;
}

WASIO_TEST("C95", "nested runtimes keep their tasks apart") {
  int inner_steps = 0;
  co_await gather(
      [&]() -> Task<> {
        for (int i = 0; i < 3; ++i) {
          const auto inner = run_virtually([&]() -> Task<> {
            co_await sleep(1h);
            ++inner_steps;
          });
          check(inner.has_value());
          co_await checkpoint();
        }
      },
      let_others_run());
  check_equal(inner_steps, 3);
}

WASIO_TEST("C96", "when the main task ends, background tasks are cancelled and awaited") {
  Log log;
  const auto ended = run_virtually([&]() -> Task<int> {
    background(guard(sleep_long(), [&]() -> Task<> {
      co_await sleep(1ms);
      log.add("background");
    }));
    co_await checkpoint();
    log.add("main");
    co_return 5;
  });
  check_equal(ended.value(), 5);
  check_equal(log, "main background");
  co_return;
}

WASIO_TEST("C96", "a background task that has not begun by then runs to its first checkpoint") {
  Log log;
  const auto ended = run_virtually([&]() -> Task<> {
    background([&]() -> Task<> {
      log.add("begun");
      co_await checkpoint();
      log.add("never");
    });
    co_return;
  });
  check(ended.has_value());
  check_equal(log, "begun");
  co_return;
}

WASIO_TEST("C96", "errors of ending background tasks are reported and do not become main's") {
  const auto ended = run_virtually([]() -> Task<int> {
    background(guard(sleep_long(), fail_now(broken)));
    co_await checkpoint();
    co_return 1;
  });
  check_equal(ended.value(), 1);
  check_unhandled(broken);
  co_return;
}

WASIO_TEST("C99", "a background task outlives its spawner, and its failure affects no other task") {
  Log log;
  TaskHandle<> handle;
  co_await task_group([&](TaskGroup&) -> Task<> {
    background([&]() -> Task<> {
      co_await checkpoint();
      co_await fail(broken);
    });
    handle = background([&]() -> Task<> {
      co_await let_others_run(10);
      log.add("background");
    });
    co_return;
  });
  check(!handle.done());
  co_await handle;
  check_equal(log, "background");
  check_unhandled(broken);
}

WASIO_TEST("C99", "a cancel around the spawner does not end a background task") {
  TaskHandle<> handle;
  CancelScope scope;
  check(!co_await scope.run([&]() -> Task<> {
    handle = background([]() -> Task<> { co_await let_others_run(); });
    scope.cancel();
    co_await checkpoint();
  }));
  co_await handle;
  check(handle.done() && !handle.cancelled());
}

WASIO_TEST("C79", "an error that no task awaits reaches the hook exactly once") {
  auto handle = background(fail_now(broken));
  co_await let_others_run();
  check_unhandled(broken);
  check_error(co_await attempt(handle), broken);
  check(take_unhandled().empty());
}

WASIO_TEST("C79", "an error that a task awaits does not reach the hook") {
  auto handle = background(fail_later(1ms, broken));
  check_error(co_await attempt(handle), broken);
  co_await let_others_run();
  check(take_unhandled().empty());
}

WASIO_TEST("C79", "an error reaches the hook if its only awaiters were cancelled earlier") {
  HandEvent event;
  auto handle = background(event.wait());
  check(!co_await move_on_after(0s, [&]() -> Task<> { co_await attempt(handle); }));
  check(!co_await move_on_after(1ms, [&]() -> Task<> { co_await handle; }));
  event.fail(Error(broken));
  co_await let_others_run();
  check_unhandled(broken);
}

WASIO_TEST("C79", "a task that awaits itself reports its own misuse") {
  TaskHandle<> handle;
  handle = background([&]() -> Task<> { co_await handle; });
  co_await let_others_run();
  check_unhandled(errors::misuse);
  check(handle.done());
}

WASIO_TEST("C79",
           "a hook that is set receives the errors, and setting it returns the previous one") {
  static int seen;
  seen = 0;
  const auto before = set_unhandled_error_hook([](const Error&) { ++seen; });
  background(fail_now(broken));
  co_await let_others_run();
  const auto mine = set_unhandled_error_hook(before);
  check(mine != nullptr && mine != before);
  check_equal(seen, 1);
  check(take_unhandled().empty());
}

WASIO_TEST("C97",
           "an interrupt cancels the main task, and background tasks only once it has ended") {
  Log log;
  Interrupt interrupt;
  MockClock clock;
  const auto ended = run_virtually(
      [&]() -> Task<> {
        background([&]() -> Task<> {
          const AtExit at_exit([&] { log.add("background ended"); });
          co_await sleep(1ms);
          check(interrupt.raise("enough"));
          check(!interrupt.raise("again"));
          log.add("raised");
          co_await sleep_long();
        });
        co_await guard(sleep_long(), [&]() -> Task<> {
          co_await sleep(1ms);
          log.add("main cleaned up");
        });
      },
      clock, {.interrupt = &interrupt});
  check_error(ended, errors::task_cancelled);
  check_equal(ended.error().message(), "enough");
  check_equal(log, "raised main cleaned up background ended");
  co_return;
}

WASIO_TEST("C97",
           "an interrupt raised before the start ends the main task at its first checkpoint") {
  Log log;
  Interrupt interrupt;
  check(interrupt.raise());
  MockClock clock;
  const auto ended = run_virtually(
      [&]() -> Task<> {
        log.add("begun");
        co_await checkpoint();
        log.add("not reached");
      },
      clock, {.interrupt = &interrupt});
  check_error(ended, errors::task_cancelled);
  check_equal(log, "begun");
  co_return;
}

} // namespace conformance
