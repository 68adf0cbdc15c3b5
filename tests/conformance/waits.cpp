// C66 to C71, R8: how leaf waits stop, guards, and that nothing runs inside a call.
#include "support.h"
#include <wasio/runtime.h>

namespace conformance {

using Stop = HandEvent::Stop;

WASIO_TEST("C66", "a leaf is asked to stop at most once per wait") {
  for (const Stop answer : {Stop::stopped, Stop::later, Stop::refused}) {
    HandEvent event(answer);
    CancelScope outer;
    CancelScope inner;
    co_await task_group([&](TaskGroup& group) -> Task<> {
      auto task = group.spawn([&]() -> Task<> {
        co_await outer.run(
            [&]() -> Task<> { co_await inner.run([&]() -> Task<> { co_await event.wait(); }); });
      });
      co_await checkpoint();
      inner.cancel();
      outer.cancel();
      task.cancel();
      check_equal(event.asked, 1);
      co_await let_others_run();
      check_equal(event.asked, 1);
      if (answer == Stop::later) event.confirm_stop();
      if (answer == Stop::refused) event.set();
    });
    check_equal(event.asked, 1);
  }
}

WASIO_TEST("C66", "a leaf that stops immediately can no longer be granted anything") {
  HandEvent event(Stop::stopped);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto task = group.spawn(event.wait());
    co_await checkpoint();
    task.cancel();
    check(!event.waited_for());
    check(!task.done());
    co_await checkpoint();
    check(task.cancelled());
  });
}

WASIO_TEST("C66", "a leaf that stops later holds its parents until it has stopped") {
  Log log;
  HandEvent event(Stop::later);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto task = group.spawn([&]() -> Task<> {
      const Noisy noisy(log, "frame");
      co_await gather(event.wait());
    });
    co_await let_others_run();
    task.cancel();
    co_await let_others_run(10);
    check(!task.done());
    check_equal(log, "");
    event.confirm_stop();
    check_equal(log, "");
    co_await let_others_run();
    check(task.cancelled());
    check_equal(log, "~frame");
  });
}

WASIO_TEST("C66", "a leaf that was to stop later may still complete") {
  Log log;
  HandEvent event(Stop::later);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto task = group.spawn([&]() -> Task<> {
      log.add(co_await event.wait());
      co_await checkpoint();
      log.add("never");
    });
    co_await checkpoint();
    task.cancel();
    event.set(3);
    co_await let_others_run();
    check(task.cancelled());
  });
  check_equal(log, "3");
}

WASIO_TEST("C66", "a leaf that was to stop later may fail instead") {
  HandEvent event(Stop::later);
  auto ended = co_await attempt(task_group([&](TaskGroup& group) -> Task<> {
    auto task = group.spawn(event.wait());
    co_await checkpoint();
    task.cancel();
    event.fail(Error(broken, "while stopping"));
    co_await let_others_run();
  }));
  check_error(ended, errors::group);
  check(ended.error().unwrap_single().is(broken));
}

WASIO_TEST("C66", "a leaf that refuses to stop completes, and its value is delivered") {
  Log log;
  HandEvent event(Stop::refused);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto task = group.spawn([&]() -> Task<int> { co_return co_await event.wait(); });
    co_await checkpoint();
    task.cancel();
    co_await let_others_run();
    check(!task.done());
    event.set(8);
    co_await let_others_run();
    check(!task.cancelled());
    check_equal(task.result().value(), 8); // it reached no checkpoint after that
  });
}

WASIO_TEST("C66", "a stop may be confirmed inside the very call that requests it") {
  HandEvent event(Stop::later);
  event.while_asked = [&] { event.confirm_stop(); };
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto task = group.spawn(event.wait());
    co_await checkpoint();
    task.cancel();
    co_await checkpoint();
    check(task.cancelled());
  });
}

WASIO_TEST("C67", "a value that was ready before the cancel is delivered") {
  HandEvent event;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto task = group.spawn([&]() -> Task<int> { co_return co_await event.wait(); });
    co_await checkpoint();
    event.set(4);
    task.cancel();
    co_await let_others_run();
    check_equal(event.asked, 0);
    check(task.result() == 4);
  });
}

WASIO_TEST("C67", "an item granted before the cancel is delivered; one after it is not lost") {
  auto [sender, receiver] = channel<int>(0);
  std::vector<int> got;
  const auto receive_one = [&]() -> Task<> {
    if (auto item = co_await receiver.receive()) got.push_back(*item);
  };
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto granted = group.spawn(receive_one);
    co_await checkpoint();
    co_await sender.send(1); // hands over directly
    granted.cancel();
    co_await let_others_run();
    check(!granted.cancelled());

    auto ended = group.spawn(receive_one);
    auto next = group.spawn(receive_one);
    co_await checkpoint();
    ended.cancel(); // from this very step on, it can no longer be granted anything
    co_await sender.send(2);
    co_await let_others_run();
    check(ended.cancelled() && next.done() && !next.cancelled());
  });
  check_equal(got, std::vector{1, 2});
}

WASIO_TEST("C67", "a send granted before its cancel has sent; one cancelled first has not") {
  auto [sender, receiver] = channel<int>(0);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto first = group.spawn(sender.send(1));
    auto second = group.spawn(sender.send(2));
    auto third = group.spawn(sender.send(3));
    co_await checkpoint();
    second.cancel();
    check_equal(co_await receiver.receive(), std::optional(1));
    first.cancel();
    check_equal(co_await receiver.receive(), std::optional(3));
    co_await let_others_run();
    check(!first.cancelled() && second.cancelled() && !third.cancelled());
  });
}

WASIO_TEST("C67b", "a send cancelled at its entry has no effect, and its item is destroyed") {
  Log log;
  auto [sender, receiver] = channel<std::unique_ptr<Noisy>>(1);
  CancelScope scope;
  scope.cancel();
  check(!co_await scope.run(
      [&]() -> Task<> { co_await sender.send(std::make_unique<Noisy>(log, "item")); }));
  check_equal(log, "~item");
  sender.close();
  check(!co_await receiver.receive());
}

WASIO_TEST("C67b", "an operation that is cancelled while it yields for its budget has no effect") {
  auto [sender, receiver] = channel<int>(1);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto task = group.spawn([&]() -> Task<> {
      for (int i = 0; i < 32; ++i) {
        co_await sender.send(i);
        co_await receiver.receive();
      }
      co_await sender.send(100); // the 65th operation: it yields first
    });
    co_await checkpoint();
    check(!task.done());
    task.cancel();
    co_await let_others_run();
    check(task.cancelled());
  });
  sender.close();
  check(!co_await receiver.receive());
}

// Counts how often the loop waits.
class CountingLoop final : public PulledLoop {
 public:
  Instant now() override { return now_; }
  bool between_steps() override { return false; }
  bool wait_until(Instant deadline) override {
    ++waits;
    if (event) return std::exchange(event, nullptr)(), true;
    if (deadline.is_never()) return false;
    now_ = std::max(now_, deadline);
    return true;
  }

  int waits = 0;
  std::function<void()> event; // what the host brings in its next wait

 private:
  Instant now_ = Instant::at(0);
};

WASIO_TEST("C68", "waiting for a slow stop uses no turn of the loop") {
  CountingLoop loop;
  HandEvent event(Stop::later);
  event.while_asked = [&] { loop.event = [&] { event.confirm_stop(); }; };
  const auto body = [&]() -> Task<bool> {
    co_return co_await move_on_after(1ms, [&]() -> Task<> { co_await event.wait(); });
  };
  detail::MainTask<decltype(body)> main(std::in_place, body);
  detail::run_main(loop, main);
  check(main.outcome() == false);
  // One wait for the deadline and one for the stop, however long that took.
  check_equal(loop.waits, 2);
  co_return;
}

WASIO_TEST("C69",
           "a cleanup runs once on value, error and cancel, after the body's frames are gone") {
  const auto guarded = [](Log& log, auto body) -> Task<> {
    co_await guard(
        [&]() -> Task<> {
          const Noisy noisy(log, "body");
          co_await body();
        },
        [&]() -> Task<> {
          log.add("cleanup");
          co_await checkpoint();
          log.add("done");
        });
  };
  Log log;
  co_await guarded(log, [] { return checkpoint(); });
  check_equal(log.take(), "~body cleanup done");
  auto failed = co_await attempt(guarded(log, []() -> Task<> { co_await fail(broken); }));
  check_error(failed, broken);
  check_equal(log.take(), "~body cleanup done");
  check(!co_await move_on_after(0s, guarded(log, [] { return sleep(1h); })));
  check_equal(log.take(), "~body cleanup done");
}

WASIO_VIRTUAL_TEST("C69", "a cleanup is shielded from cancels before and during it") {
  Log log;
  CancelScope scope;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto task = group.spawn([&]() -> Task<> {
      co_await scope.run(guard(sleep_long(), [&]() -> Task<> {
        log.add("begun");
        co_await sleep(2ms);
        log.add("done");
      }));
      log.add("never");
    });
    co_await let_others_run();
    scope.cancel();
    co_await let_others_run();
    check_equal(log, "begun");
    task.cancel();
  });
  check_equal(log, "begun done");
}

WASIO_TEST("C69", "cleanups run innermost first") {
  Log log;
  const auto cleanup = [&](std::string name) {
    return [&log, name]() -> Task<> {
      co_await checkpoint();
      log.add(name);
    };
  };
  const auto nested = [&](auto body) -> Task<> {
    co_await guard(guard(guard(body, cleanup("inner")), cleanup("middle")), cleanup("outer"));
  };
  co_await nested([] { return checkpoint(); });
  check_equal(log.take(), "inner middle outer");
  check_error(co_await attempt(nested([]() -> Task<> { co_await fail(broken); })), broken);
  check_equal(log.take(), "inner middle outer");
  check(!co_await move_on_after(0s, nested([] { return sleep(1h); })));
  check_equal(log.take(), "inner middle outer");
}

WASIO_TEST("C69", "a cleanup's error replaces the body's value, which is destroyed") {
  Log log;
  auto ended = co_await attempt(guard(
      [&]() -> Task<std::unique_ptr<Noisy>> { co_return std::make_unique<Noisy>(log, "value"); },
      fail_now(broken)));
  check_error(ended, broken);
  check_equal(log, "~value");
}

WASIO_TEST("C69", "a cleanup's error joins the others of the body's error") {
  auto ended = co_await attempt(guard(fail_now(broken, "first"), fail_now(also_broken, "second")));
  check_error(ended, broken);
  check_equal(ended.error().others().size(), 1u);
  check(ended.error().others()[0].is(also_broken));
}

WASIO_TEST("C69", "a cleanup's error replaces the body's cancel") {
  CancelScope scope;
  scope.cancel();
  auto ended = co_await attempt(scope.run(guard(sleep_long(), fail_now(broken))));
  check_error(ended, broken);
  check(!scope.cancelled_caught());
}

WASIO_TEST("C69", "a cancel propagates after a cleanup without an error") {
  Log log;
  const bool finished = co_await move_on_after(0s, [&]() -> Task<> {
    co_await guard(sleep_long(), []() -> Task<> { co_await checkpoint(); });
    log.add("never");
  });
  check(!finished);
  check_equal(log, "");
}

WASIO_TEST("R8", "a cleanup sees what the body set, and runs in its task's order") {
  int set = 0;
  int seen = 0;
  co_await guard(
      [&]() -> Task<> {
        set = 5;
        co_return;
      },
      [&]() -> Task<> {
        seen = set;
        co_return;
      });
  check_equal(seen, 5);
}

WASIO_VIRTUAL_TEST("C70", "`within` bounds one cleanup, and the body's outcome propagates") {
  const Instant start = now();
  const auto slow = []() -> Task<> { co_await sleep(1h); };
  check_equal(co_await guard(value_of(3), slow, {.within = 10ms}), 3);
  check_equal((now() - start).nanoseconds(), Duration(10ms).nanoseconds());
  check_error(co_await attempt(guard(fail_now(broken), slow, {.within = 10ms})), broken);
  check(!co_await move_on_after(0s, guard(sleep_long(), slow, {.within = 10ms})));
  check_equal((now() - start).nanoseconds(), Duration(30ms).nanoseconds());
}

struct Door {
  Log& log;
  Duration closes_in = 1ms;
  ~Door() { log.add("~door"); }
  Task<> aclose() {
    log.add("closing");
    co_await sleep(closes_in);
    log.add("closed");
  }
};

WASIO_TEST("C69", "`with` closes its resource on every way out") {
  Log log;
  {
    Door door{log};
    check_equal(co_await with(door, value_of(1)), 1);
    check_equal(log.take(), "closing closed");
    check_error(co_await attempt(with(door, fail_now(broken))), broken);
    check_equal(log.take(), "closing closed");
    check(!co_await move_on_after(0s, with(door, sleep_long())));
    check_equal(log.take(), "closing closed");
  }
  check_equal(log.take(), "~door");
}

WASIO_VIRTUAL_TEST("C70", "`close_within` bounds the closing") {
  Log log;
  Door door{log, 1h};
  const Instant start = now();
  check_equal(co_await with(door, value_of(1), {.close_within = 20ms}), 1);
  check_equal(log.take(), "closing");
  check_equal((now() - start).nanoseconds(), Duration(20ms).nanoseconds());
}

WASIO_TEST("C71", "cancels, wakes, spawns and closes only mark and enqueue") {
  Log log;
  auto [sender, receiver] = channel<int>(0);
  HandEvent event;
  CancelScope scope;
  const auto frame = [&](std::string name, auto body) -> Task<> {
    const Noisy noisy(log, name);
    co_await body();
    log.add(name);
  };
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto handle = group.spawn(frame("handle", [] { return sleep(1h); }));
    group.spawn(frame("event", [&] { return event.wait(); }));
    group.spawn(frame("receive", [&]() -> Task<> { co_await receiver.receive(); }));
    group.spawn([&]() -> Task<> { co_await scope.run(frame("scope", [] { return sleep(1h); })); });
    co_await checkpoint();
    handle.cancel();
    event.set();
    sender.close();
    scope.cancel();
    group.spawn(frame("spawned", [] { return checkpoint(); }));
    check_equal(log, "");
    co_await checkpoint();
    check_equal(log.take(), "~handle event ~event receive ~receive ~scope");
  });
}

WASIO_TEST("C71", "a cancel that arrives while an operation is being armed is not lost") {
  for (const Stop answer : {Stop::stopped, Stop::later, Stop::refused}) {
    HandEvent event(answer);
    CancelScope scope;
    event.while_starting = [&] { scope.cancel(); };
    co_await task_group([&](TaskGroup& group) -> Task<> {
      group.spawn([&]() -> Task<> {
        const bool finished = co_await scope.run([&]() -> Task<> { co_await event.wait(); });
        check_equal(finished, answer == Stop::refused);
      });
      co_await checkpoint();
      check_equal(event.asked, 1);
      if (answer == Stop::later) event.confirm_stop();
      if (answer == Stop::refused) event.set();
    });
  }
}

WASIO_TEST("C71",
           "a cancel while an operation postponed by the budget is being armed is not lost") {
  for (const Stop answer : {Stop::stopped, Stop::later, Stop::refused}) {
    HandEvent event(answer);
    CancelScope scope;
    co_await task_group([&](TaskGroup& group) -> Task<> {
      group.spawn([&]() -> Task<> {
        const bool finished = co_await scope.run([&]() -> Task<> {
          event.while_starting = [&] { event.set(); };
          for (int i = 0; i < 64; ++i) co_await event.wait();
          event.while_starting = [&] { scope.cancel(); };
          co_await event.wait();
        });
        check_equal(finished, answer == Stop::refused);
      });
      co_await checkpoint();
      check_equal(event.started, 64); // the last one is postponed
      co_await checkpoint();
      check_equal(event.asked, 1);
      if (answer == Stop::later) event.confirm_stop();
      if (answer == Stop::refused) event.set();
    });
  }
}

WASIO_TEST("C71",
           "an operation that completes while being armed wins over a cancel that came first") {
  HandEvent event;
  CancelScope scope;
  event.while_starting = [&] {
    scope.cancel();
    event.set(6);
  };
  const auto value = co_await scope.run([&]() -> Task<int> { co_return co_await event.wait(); });
  check_equal(value.value_or(0), 6);
  check_equal(event.asked, 0);
}

} // namespace conformance
