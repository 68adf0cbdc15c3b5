// C60 to C65: cancel scopes. R1, R3: two of the rules behind the statements.
#include "support.h"

namespace conformance {

WASIO_TEST("R1",
           "entering or leaving a scope, attempt, guard, group or gather is not a checkpoint") {
  Log log;
  CancelScope scope;
  scope.cancel();
  const bool finished = co_await scope.run([&]() -> Task<> {
    co_await attempt(value_of(1));
    co_await move_on_after(1h, value_of(1));
    co_await fail_after(1h, value_of(1));
    co_await guard(value_of(1), []() -> Task<> { co_return; });
    co_await task_group([](TaskGroup& group) { group.spawn(value_of(1)); });
    co_await gather(value_of(1), value_of(2));
    auto [sender, receiver] = channel<int>(1);
    sender.close();
    log.add("reached");
  });
  check(finished);
  check_equal(log, "reached");
}

WASIO_TEST("R1", "every leaf operation begun in a cancelled scope ends the work, without effect") {
  auto [sender, receiver] = channel<int>(2);
  co_await sender.send(1);
  const auto ends = [](auto operation) -> Task<> {
    CancelScope scope;
    scope.cancel();
    const bool finished = co_await scope.run([&]() -> Task<> { co_await operation(); });
    check(!finished && scope.cancelled_caught());
  };
  co_await ends([]() { return checkpoint(); });
  co_await ends([]() { return sleep(0s); });
  co_await ends([]() { return sleep_until(Instant::at(0)); });
  co_await ends([&]() -> Task<> { co_await receiver.receive(); });
  co_await ends([&]() -> Task<> { co_await sender.send(2); });
  HandEvent event;
  co_await ends([&]() -> Task<> { co_await event.wait(); });
  check_equal(event.started, 0);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto handle = group.spawn(value_of(1));
    co_await checkpoint();
    co_await ends([&]() -> Task<> { co_await handle; });
    co_await ends([&]() -> Task<> { co_await group.join(); });
  });
  // The first item is still there, and the second was not sent.
  check_equal(co_await receiver.receive(), std::optional(1));
  sender.close();
  check(!co_await receiver.receive());
}

WASIO_TEST("R3", "which scope catches is decided when the cancel reaches it") {
  CancelScope outer;
  CancelScope inner;
  Log log;
  const bool finished = co_await outer.run([&]() -> Task<> {
    const bool inside =
        co_await inner.run(guard(sleep_until(now()), [&]() -> Task<> { co_return; }));
    check(inside);
    co_return;
  });
  check(finished);
  // The inner scope is cancelled first, the outer one before the inner body has ended: the outer
  // one catches.
  CancelScope outer2;
  CancelScope inner2;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      check(!co_await outer2.run([&]() -> Task<> {
        co_await inner2.run(guard(sleep_long(), []() -> Task<> { co_await let_others_run(5); }));
        log.add("never");
      }));
      check(outer2.cancelled_caught() && !inner2.cancelled_caught());
    });
    co_await let_others_run();
    inner2.cancel();
    co_await let_others_run();
    outer2.cancel();
  });
  check_equal(log, "");
}

WASIO_TEST("C60", "cancel is idempotent, and the first reason wins") {
  CancelScope scope;
  check(!scope.cancel_called());
  check(scope.cancel("first"));
  check(!scope.cancel("second"));
  check(scope.cancel_called());
  check(!scope.cancelled_caught());
  TaskHandle<> handle;
  check(!co_await scope.run(task_group([&](TaskGroup& group) -> Task<> {
    handle = group.spawn(sleep_long());
    co_await sleep(1h);
  })));
  check(scope.cancelled_caught());
  check(!scope.cancel("third"));
  check_equal(handle.result().error().message(), "first");
}

WASIO_TEST("C60", "a scope that was not cancelled says so") {
  CancelScope scope;
  check(co_await scope.run(checkpoint()));
  check(!scope.cancel_called() && !scope.cancelled_caught());
}

WASIO_TEST("C60", "cancelling a scope that has been left changes nothing") {
  CancelScope scope;
  check(co_await scope.run(checkpoint()));
  scope.cancel();
  scope.set_timeout(0s);
  co_await checkpoint();
  co_await sleep(1ms);
  check(!scope.cancelled_caught());
}

WASIO_TEST("C61",
           "once a wait that refused to stop has its value, every checkpoint ends the work") {
  Log log;
  HandEvent event(HandEvent::Stop::refused);
  CancelScope scope;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      const bool finished = co_await scope.run([&]() -> Task<> {
        log.add(co_await event.wait());
        const bool inside = co_await move_on_after(1h, [&]() -> Task<> {
          log.add("in"); // a scope opened inside starts cancelled
          co_await checkpoint();
          log.add("never");
        });
        log.add("never", inside);
      });
      check(!finished && scope.cancelled_caught());
    });
    co_await checkpoint();
    scope.cancel();
    co_await let_others_run();
    check_equal(event.asked, 1);
    check(event.waited_for());
    event.set(5);
  });
  check_equal(log, "5 in");
}

WASIO_TEST("C61", "a group opened in a cancelled scope starts cancelled") {
  Log log;
  CancelScope scope;
  scope.cancel();
  check(!co_await scope.run(task_group([&](TaskGroup& group) {
    group.spawn([&]() -> Task<> {
      log.add("begun");
      co_await checkpoint();
      log.add("never");
    });
  })));
  check_equal(log, "begun");
}

WASIO_TEST("C62", "a cancel before entry takes effect at the first checkpoint") {
  Log log;
  CancelScope scope;
  scope.cancel();
  check(!co_await scope.run([&]() -> Task<> {
    log.add("begun");
    co_await value_of(1);
    log.add("on");
    co_await sleep(1h);
    log.add("never");
  }));
  check_equal(log, "begun on");
  check(scope.cancelled_caught());
}

WASIO_TEST("C62", "a scope can be moved before entry, and keeps its cancel and its deadline") {
  CancelScope first;
  first.cancel("moved");
  CancelScope second = std::move(first);
  check(second.cancel_called());
  check(!co_await second.run(sleep_long()));
  CancelScope third;
  third.set_timeout(1ms);
  CancelScope fourth = std::move(third);
  check(!co_await fourth.run(sleep_long()));
  check(fourth.cancel_called());
}

WASIO_TEST("C63", "of two nested cancelled scopes, the outer one catches") {
  for (const bool inner_first : {true, false}) {
    Log log;
    CancelScope outer;
    CancelScope inner;
    check(!co_await outer.run([&]() -> Task<> {
      co_await inner.run([&]() -> Task<> {
        (inner_first ? inner : outer).cancel();
        (inner_first ? outer : inner).cancel();
        co_await checkpoint();
        log.add("never");
      });
      log.add("never");
    }));
    check(outer.cancelled_caught());
    check(inner.cancel_called() && !inner.cancelled_caught());
    check_equal(log, "");
  }
}

WASIO_TEST("C63", "an inner scope catches its own cancel, and the outer one continues") {
  Log log;
  CancelScope outer;
  CancelScope inner;
  check(co_await outer.run([&]() -> Task<> {
    check(!co_await inner.run([&]() -> Task<> {
      inner.cancel();
      co_await checkpoint();
    }));
    co_await checkpoint();
    log.add("on");
  }));
  check(inner.cancelled_caught() && !outer.cancelled_caught());
  check_equal(log, "on");
}

Task<> nest(int depth, HandEvent& event, int& ended) {
  const AtExit count([&] { ++ended; });
  if (depth == 0) {
    co_await event.wait();
    co_return;
  }
  switch (depth % 4) {
  case 0:
    co_await move_on_after(1h, nest(depth - 1, event, ended));
    break;
  case 1:
    co_await task_group([&](TaskGroup& group) { group.spawn(nest(depth - 1, event, ended)); });
    break;
  case 2:
    co_await gather(nest(depth - 1, event, ended));
    break;
  default:
    co_await attempt(nest(depth - 1, event, ended));
  }
}

WASIO_TEST("C64", "a cancel reaches through 5,000 scopes, groups and gathers without recursion") {
  constexpr int depth = 5'000;
  HandEvent event;
  int ended = 0;
  CancelScope scope;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      check(!co_await scope.run(nest(depth, event, ended)));
      check(scope.cancelled_caught());
    });
    while (!event.waited_for()) co_await checkpoint();
    scope.cancel();
    check_equal(ended, 0);
  });
  check_equal(ended, depth + 1);
  check_equal(event.asked, 1);
}

WASIO_TEST("C64", "a cancel reaches through 100,000 nested scopes of one task") {
  constexpr int depth = 100'000;
  HandEvent event;
  int ended = 0;
  const auto inside = [](auto& self, int depth, HandEvent& event, int& ended) -> Task<> {
    const AtExit count([&] { ++ended; });
    if (depth == 0) {
      co_await event.wait();
    } else {
      co_await move_on_after(Duration::forever(), self(self, depth - 1, event, ended));
    }
  };
  CancelScope scope;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(
        [&]() -> Task<> { check(!co_await scope.run(inside(inside, depth, event, ended))); });
    co_await checkpoint();
    check(event.waited_for());
    scope.cancel();
  });
  check_equal(ended, depth + 1);
}

WASIO_TEST("C64", "an error propagates through 5,000 nested groups") {
  constexpr int depth = 5'000;
  const auto inside = [](auto& self, int depth) -> Task<> {
    if (depth == 0) co_await fail(broken, "deep");
    co_await task_group([&](TaskGroup& group) { group.spawn(self(self, depth - 1)); });
  };
  auto ended = co_await attempt(inside(inside, depth));
  check_error(ended, errors::group);
  check_equal(ended.error().unwrap_single().message(), "deep");
  check(ended.error().has(broken));
}

WASIO_TEST("C65", "a scope can be used once; a second run fails with misuse") {
  CancelScope scope;
  check(co_await scope.run(checkpoint()));
  Log log;
  auto again = co_await attempt(scope.run([&]() -> Task<> {
    log.add("ran");
    co_return;
  }));
  check_error(again, errors::misuse);
  check_equal(log, "");
}

WASIO_TEST("C65",
           "re-entering a scope inside itself is misuse and does not disturb the first run") {
  CancelScope scope;
  check(co_await scope.run([&]() -> Task<> {
    auto again = co_await attempt(scope.run(checkpoint()));
    check_error(again, errors::misuse);
    co_await checkpoint();
  }));
  check(!scope.cancel_called());
}

} // namespace conformance
