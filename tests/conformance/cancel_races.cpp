// Adversarial schedules: cancels that meet completions, deadlines and failures in one step, or
// strike at every step of a tree of tasks.
//
// Each test is filed under the statement that it stresses. Where the statements are silent, it
// checks what a user of Trio would expect.
#include "support.h"

namespace conformance {

// Completion and cancel in one step.

WASIO_TEST("R2", "of a grant and a cancel in one step, the first counts") {
  for (const bool grant_first : {true, false}) {
    auto [sender, receiver] = channel<int>(0);
    std::optional<int> got;
    co_await task_group([&](TaskGroup& group) -> Task<> {
      auto waiting = group.spawn([&]() -> Task<> { got = co_await receiver.receive(); });
      auto sending = group.spawn([&]() -> Task<> {
        co_await checkpoint();
        if (grant_first) {
          co_await sender.send(1);
          waiting.cancel();
        } else {
          waiting.cancel();
          check(!co_await move_on_after(1ms, sender.send(1))); // no receiver is left waiting
        }
      });
      co_await sending;
      co_await let_others_run();
      check_equal(waiting.cancelled(), !grant_first);
    });
    check_equal(got.has_value(), grant_first);
  }
}

WASIO_TEST("R2", "of a cancel and the close of the last sender in one step, the first counts") {
  auto ends = channel<int>(0);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto first = group.spawn([&]() -> Task<> { check(!co_await ends.receiver.receive()); });
    auto second = group.spawn([&]() -> Task<> { co_await ends.receiver.receive(); });
    co_await checkpoint();
    second.cancel();
    ends.sender.close();
    first.cancel(); // it was already granted the end
    co_await let_others_run();
    check(!first.cancelled() && second.cancelled());
  });
}

WASIO_TEST("R2", "an awaiter cancelled in the step in which its task ended still gets the value") {
  HandEvent event;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    TaskHandle<> awaiter;
    auto ending = group.spawn([&]() -> Task<int> {
      co_await event.wait();
      co_return 5;
    });
    int seen = 0;
    awaiter = group.spawn([&]() -> Task<> {
      seen = co_await ending;
      co_await checkpoint();
      seen = -1;
    });
    group.spawn([&]() -> Task<> {
      co_await checkpoint();
      event.set();
      co_await checkpoint(); // `ending` has just ended, and its awaiter is ready
      check(ending.done());
      awaiter.cancel();
    });
    co_await let_others_run(6);
    check_equal(seen, 5);
    check(awaiter.cancelled());
  });
}

WASIO_VIRTUAL_TEST("R4",
                   "a deadline acts before a sleep of another task that ends at the same instant") {
  // The deadline comes first: of timers due at one instant, deadlines act before sleeps end.
  HandEvent event;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      co_await sleep(5ms);
      check(!event.waited_for());
    });
    check(!co_await move_on_after(5ms, [&]() -> Task<> { co_await event.wait(); }));
  });
}

WASIO_TEST("C3", "a task cancelled before its first step runs to its first checkpoint") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto cut = group.spawn([&]() -> Task<> {
      log.add("begun");
      co_await checkpoint();
      log.add("never");
    });
    auto whole = group.spawn([&]() -> Task<int> {
      co_await value_of(1);
      co_return 2;
    });
    check(cut.cancel() && whole.cancel());
    co_await checkpoint();
    check(cut.cancelled());
    check(!whole.cancelled()); // it reached no checkpoint
    check(whole.result() == 2);
  });
  check_equal(log, "begun");
}

WASIO_TEST("C8", "a task can cancel itself through its handle") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    TaskHandle<> self;
    self = group.spawn([&]() -> Task<> {
      check(self.cancel("by itself"));
      check(!self.done());
      log.add("on");
      co_await checkpoint();
      log.add("never");
    });
    co_await let_others_run();
    check(self.cancelled());
    check_equal(self.result().error().message(), "by itself");
  });
  check_equal(log, "on");
}

// Deadlines.

WASIO_VIRTUAL_TEST("C38", "of 5,000 nested deadlines at one instant, the outermost catches") {
  const auto inside = [](auto& self, int depth, Instant when) -> Task<> {
    if (depth == 0) co_return co_await sleep(1h);
    CancelScope scope;
    scope.set_deadline(when);
    co_await scope.run(self(self, depth - 1, when));
    check(false); // no inner scope may catch
  };
  CancelScope outermost;
  const Instant when = now() + 1ms;
  outermost.set_deadline(when);
  check(!co_await outermost.run(inside(inside, 5'000, when)));
  check(outermost.cancelled_caught());
  check(now() == when);
}

WASIO_VIRTUAL_TEST("C40", "a body can move its deadline at the last moment") {
  CancelScope scope;
  const Instant start = now();
  scope.set_deadline(start + 10ms);
  check(co_await scope.run([&]() -> Task<> {
    for (int i = 0; i < 5; ++i) {
      co_await sleep(9ms);
      scope.set_timeout(10ms);
    }
    scope.set_deadline(Instant::never());
    co_await sleep(1h);
  }));
  check(!scope.cancel_called());
}

WASIO_TEST("C37", "a group, a gather and a guard that need not wait complete in an expired scope") {
  check(co_await move_on_after(0s, [&]() -> Task<> {
    co_await task_group([](TaskGroup& group) { group.spawn(value_of(1)); });
    co_await gather(value_of(1), value_of(2));
    co_await guard(value_of(1), [] { return checkpoint(); });
  }));
}

// Gathers, and a value that meets a cancel.

WASIO_TEST("R5",
           "a cancel from outside ends a gather although some of its branches have finished") {
  CancelScope scope;
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      check(!co_await scope.run([&]() -> Task<> {
        co_await gather(value_of(1), sleep_long());
        log.add("never");
      }));
    });
    co_await let_others_run();
    scope.cancel();
  });
  check_equal(log, "");
}

WASIO_TEST("R5", "a branch can cancel its gather through the surrounding scope") {
  CancelScope scope;
  check(!co_await scope.run([&]() -> Task<> {
    co_await gather(
        [&]() -> Task<> {
          scope.cancel();
          co_await checkpoint();
        },
        sleep_long());
  }));
}

WASIO_VIRTUAL_TEST("R5", "an outer cancel wins over that of a group that has not ended yet") {
  // Each group cancels itself after 1 ms; its slow child ends at 5 ms, with a value.
  const auto group_with = [](auto body) -> Task<std::optional<int>> {
    co_return co_await task_group([&](TaskGroup& group) -> Task<int> {
      group.spawn(sleep_long()); // the group's own cancel ends it
      group.spawn(shield(sleep(5ms)));
      group.spawn([&group]() -> Task<> {
        co_await sleep(1ms);
        group.cancel();
      });
      co_return co_await body();
    });
  };
  const auto value = []() -> Task<int> { co_return 1; };
  const auto waits = []() -> Task<int> {
    co_await sleep_long();
    co_return 1;
  };
  // The outer cancel comes while the slow child runs.
  check(!co_await move_on_after(3ms, group_with(value)));
  check(!co_await move_on_after(3ms, group_with(waits)));
  // It comes when the group has ended.
  const auto kept = co_await move_on_after(6ms, group_with(value));
  check(kept && *kept == 1);
  const auto ended = co_await move_on_after(6ms, group_with(waits));
  check(ended && !*ended);
}

WASIO_VIRTUAL_TEST("R5", "an outer cancel that ended no part of a group leaves it its value") {
  CancelScope outer;
  const auto value = co_await outer.run(task_group([&](TaskGroup& group) -> Task<int> {
    group.spawn(shield(sleep(5ms)));
    group.spawn([&]() -> Task<> {
      outer.cancel();
      co_return;
    });
    co_return 1;
  }));
  check(value && *value && **value == 1);
}

WASIO_VIRTUAL_TEST("R5", "what is visible when the group ends decides, shields included") {
  for (const bool own_cancel : {false, true}) {
    Log log;
    CancelScope outer;
    CancelScope between;
    const auto whole = co_await outer.run(between.run([&]() -> Task<> {
      co_await task_group([&](TaskGroup& group) -> Task<> {
        group.spawn(sleep_long());
        group.spawn(shield(sleep(5ms)));
        group.spawn(shield([&]() -> Task<> {
          co_await sleep(1ms);
          if (own_cancel) group.cancel();
          outer.cancel();
          between.set_shield(true);
        }));
        co_return;
      });
      log.add("ended");
    }));
    // Shielded, the group catches its own cancel; it cannot catch that of the outer scope.
    check_equal(log, own_cancel ? "ended" : "");
    check_equal(whole.has_value(), own_cancel);
  }
}

WASIO_VIRTUAL_TEST("R5", "an outer cancel wins over a function that wanted no more outcomes") {
  Log log;
  const auto run = [&]() -> Task<bool> {
    std::vector<Task<int>> tasks;
    tasks.push_back(value_later(1, 1ms));
    tasks.push_back([]() -> Task<int> {
      co_await guard(sleep_long(), sleep(5ms));
      co_return 2;
    }());
    co_return co_await as_completed(std::move(tasks), [&](std::size_t, Outcome<int> outcome) {
      log.add(*outcome);
      return false;
    });
  };
  check(!co_await move_on_after(3ms, run()));
  const auto ended = co_await move_on_after(10ms, run());
  check(ended && !*ended);
  check_equal(log, "1 1");
}

WASIO_VIRTUAL_TEST("R5", "a race keeps its winner under an outer cancel, however slow a loser is") {
  const auto won = co_await move_on_after(3ms, race(value_of(1), guard(sleep_long(), sleep(5ms))));
  check(won && won->index() == 0);
}

WASIO_TEST("C21", "a branch may fail in its first step, before the others have started") {
  for (int i = 0; i < 1'000; ++i) {
    auto ended = co_await attempt(gather(fail_now(broken), sleep_long(), fail_now(also_broken)));
    check_error(ended, broken);
    check_equal(ended.error().others().size(), 1u);
  }
}

WASIO_TEST("C16", "a cancel after the body returned neither loses nor duplicates its value") {
  Log log;
  {
    CancelScope scope;
    auto value = co_await scope.run(guard(
        [&]() -> Task<std::unique_ptr<Noisy>> { co_return std::make_unique<Noisy>(log, "value"); },
        [&]() -> Task<> {
          scope.cancel();
          co_await checkpoint();
        }));
    check(value.has_value() && *value);
    check_equal(log, "");
  }
  check_equal(log, "~value");
}

// A tree of tasks in groups, gathers, guards and deadlines.
Task<> grow(int depth, int& alive) {
  ++alive;
  const AtExit dies([&] { --alive; });
  if (depth == 0) co_return co_await let_others_run(2);
  co_await guard(
      gather(grow(depth - 1, alive), task_group([&alive, depth](TaskGroup& group) -> Task<> {
               group.spawn(move_on_after(1h, grow(depth - 1, alive)));
               co_await checkpoint();
               auto child = group.spawn(attempt(grow(depth - 1, alive)));
               co_await child;
             })),
      let_others_run(1));
}

WASIO_VIRTUAL_TEST("C6", "a tree of tasks can be cancelled at every step of its life") {
  int steps = 0;
  for (bool finished = false; !finished; ++steps) {
    int alive = 0;
    CancelScope scope;
    co_await gather([&]() -> Task<> { finished = co_await scope.run(grow(3, alive)); },
                    [&]() -> Task<> {
                      co_await let_others_run(steps);
                      scope.cancel();
                    });
    check_equal(alive, 0);
  }
  check(steps > 10);
}

WASIO_VIRTUAL_TEST("C6", "a tree of tasks can fail at every step of its life") {
  int steps = 0;
  for (bool finished = false; !finished; ++steps) {
    int alive = 0;
    auto ended = co_await attempt(gather(
        [&]() -> Task<> {
          co_await grow(3, alive);
          finished = true;
        },
        [&]() -> Task<> {
          co_await let_others_run(steps);
          co_await fail(broken);
        }));
    check_error(ended, broken);
    check_equal(alive, 0);
  }
  check(steps > 10);
}

} // namespace conformance
