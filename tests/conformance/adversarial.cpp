// Schedules that an unfriendly reader would try. Each stands under the statement that it presses
// on; where the statements are silent, what is checked is what a user of Trio would expect.
#include "support.h"
#include <wasio/memory.h>
#include <wasio/runtime.h>

#include <algorithm>

namespace conformance {

using Stop = HandEvent::Stop;

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
          check(!co_await move_on_after(1ms, sender.send(1))); // no receiver waits any more
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

WASIO_VIRTUAL_TEST("R4", "a deadline acts before a sleep of another task that ends at the same instant") {
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

// Destructors that act during unwinding.

WASIO_TEST("C52", "a destructor may spawn into the group during unwinding") {
  Log log;
  for (const bool by_error : {true, false}) {
    auto ended = co_await attempt(move_on_after(0s, task_group([&](TaskGroup& group) -> Task<> {
                                                  const AtExit spawns([&] {
                                                    group.spawn([&]() -> Task<> {
                                                      log.add("begun");
                                                      co_await checkpoint();
                                                      log.add("never");
                                                    });
                                                  });
                                                  if (by_error) co_await fail(broken);
                                                  co_await checkpoint();
                                                })));
    if (by_error) {
      check_error(ended, errors::group);
    } else {
      check(ended == false);
    }
  }
  check_equal(log, "begun begun");
}

WASIO_TEST("C60", "a destructor may cancel inner and outer scopes while an error unwinds") {
  Log log;
  CancelScope outer;
  CancelScope inner;
  const bool finished = co_await outer.run([&]() -> Task<> {
    auto ended = co_await attempt(inner.run([&]() -> Task<> {
      const AtExit cancels([&] {
        inner.cancel();
        outer.cancel();
      });
      co_await fail(broken);
    }));
    check_error(ended, broken);
    log.add("error");
    co_await checkpoint();
    log.add("never");
  });
  check(!finished && outer.cancelled_caught());
  check(inner.cancel_called() && !inner.cancelled_caught());
  check_equal(log, "error");
}

WASIO_TEST("C60", "a destructor that cancels the outer scope makes the outer scope catch") {
  CancelScope outer;
  CancelScope inner;
  Log log;
  check(!co_await outer.run([&]() -> Task<> {
    co_await inner.run([&]() -> Task<> {
      const AtExit cancels([&] { outer.cancel(); });
      inner.cancel();
      co_await checkpoint();
    });
    // Once the inner scope's body is gone, the outer cancel is visible.
    log.add("never");
  }));
  check(outer.cancelled_caught() && !inner.cancelled_caught());
  check_equal(log, "");
}

WASIO_TEST("C6", "destructors may wake and cancel tasks and close channels during unwinding") {
  Log log;
  auto ends = channel<int>(0);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([](Receiver<int> receiver, Log& log) -> Task<> {
      check(!co_await receiver.receive());
      log.add("end");
    }(std::move(ends.receiver), log));
    auto idle = group.spawn(sleep_long());
    auto holder = group.spawn([](Sender<int> sender, TaskHandle<> idle, Log& log) -> Task<> {
      const AtExit cancels([&] {
        idle.cancel();
        log.add("cancels");
      });
      const Sender<int> held = std::move(sender);
      co_await sleep(1h);
    }(std::move(ends.sender), idle, log));
    co_await checkpoint();
    holder.cancel();
    co_await let_others_run();
    check(idle.cancelled());
  });
  check_equal(log, "cancels end");
}

// Nested guards.

WASIO_TEST("C69", "the cleanup errors of nested guards follow the body's error, the inner one first") {
  auto ended =
      co_await attempt(guard(guard(fail_now(broken, "body"), fail_now(also_broken, "inner")),
                             fail_now(also_broken, "outer")));
  check_error(ended, broken);
  std::string others;
  for (const Error& error : ended.error().others()) others += std::string(error.message()) + ' ';
  check_equal(others, "inner outer ");
}

WASIO_TEST("C69", "of cancelled nested guards, the inner cleanup's error comes out with the outer attached") {
  CancelScope scope;
  scope.cancel();
  auto ended = co_await attempt(scope.run(
      guard(guard(sleep_long(), fail_now(broken, "inner")), fail_now(also_broken, "outer"))));
  check_error(ended, broken);
  check_equal(ended.error().others().size(), 1u);
  check(!scope.cancelled_caught());
}

WASIO_TEST("C69", "a guard's cleanup may open guards, scopes, groups and gathers") {
  Log log;
  CancelScope scope;
  check(!co_await scope.run(guard(
      [&]() -> Task<> {
        scope.cancel();
        co_await checkpoint();
      },
      [&]() -> Task<> {
        co_await gather(sleep(1ms), task_group([&](TaskGroup& group) {
                          group.spawn(guard(sleep(1ms), [&]() -> Task<> {
                            log.add("inner");
                            co_return;
                          }));
                        }));
        check(!co_await move_on_after(1ms, sleep_long()));
        auto ended = co_await attempt(fail_later(1ms, broken));
        check_error(ended, broken);
        log.add("outer");
      })));
  check_equal(log, "inner outer");
}

WASIO_TEST("C69", "a cancel that arrives during a cleanup takes effect after it") {
  Log log;
  CancelScope scope;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      // The body's value is delivered, and the next checkpoint ends the work.
      check(!co_await scope.run([&]() -> Task<> {
        const int value = co_await guard(value_of(3), []() -> Task<> { co_await sleep(1ms); });
        log.add(value);
        co_await checkpoint();
        log.add("never");
      }));
    });
    co_await let_others_run();
    scope.cancel();
  });
  check_equal(log, "3");
}

// Groups and the locals of their bodies.

WASIO_TEST("C47", "when a scope in a body fails, the locals of both outlive the children that use them") {
  Log log;
  auto ended = co_await attempt(task_group([&](TaskGroup& group) -> Task<> {
    const auto outer = std::make_unique<std::string>("outer");
    const auto child = [&log](const std::string& text) -> Task<> {
      co_await guard(sleep_long(), [&log, &text]() -> Task<> {
        co_await sleep(1ms);
        log.add(text);
      });
    };
    group.spawn(child(*outer));
    co_await fail_after(1h, [&]() -> Task<> {
      const auto inner = std::make_unique<std::string>("inner");
      group.spawn(child(*inner));
      co_await gather(sleep_long(), fail_later(1ms, broken));
    });
  }));
  check_error(ended, errors::group);
  check_equal(log, "outer inner");
}

WASIO_TEST(
    "C47",
    "when a cancel turns into an error half-way out, the outer group's locals live to its end") {
  // The inner group's child fails while it is cancelled; `local` lives between the two groups.
  Log log;
  CancelScope scope;
  auto ended = co_await attempt(task_group([&](TaskGroup& outer) -> Task<> {
    co_await scope.run([&]() -> Task<> {
      const auto local = std::make_unique<int>(41);
      outer.spawn(guard(sleep_long(), [&log, &number = *local]() -> Task<> {
        co_await sleep(1ms);
        log.add(number + 1);
      }));
      co_await task_group([&](TaskGroup& inner) -> Task<> {
        inner.spawn(guard(sleep_long(), fail_now(broken)));
        co_await checkpoint();
        scope.cancel();
        co_await checkpoint();
      });
    });
  }));
  check_error(ended, errors::group);
  check(ended.error().has(broken));
  check_equal(log, "42");
}

WASIO_TEST("C49", "when a cancel turns into an error half-way out, an attempt on the way catches it") {
  // The outer group's child can end only once the frames inside the attempt are gone. The error
  // never reaches the outer group, so unwinding must not wait for that group's children first.
  Log log;
  CancelScope scope;
  auto ends = channel<int>(0);
  const bool finished = co_await scope.run(task_group([&](TaskGroup& outer) -> Task<> {
    outer.spawn(guard(sleep_long(), [&]() -> Task<> {
      check(!co_await ends.receiver.receive());
      log.add("end");
    }));
    auto ended = co_await attempt([&]() -> Task<> {
      const Sender<int> held = std::move(ends.sender);
      co_await task_group([&](TaskGroup& inner) -> Task<> {
        inner.spawn(guard(sleep_long(), fail_now(broken)));
        co_await checkpoint();
        scope.cancel();
        co_await checkpoint();
      });
    });
    check(!ended && ended.error().has(broken));
    log.add("caught");
    co_await checkpoint();
    log.add("never");
  }));
  check(!finished && scope.cancelled_caught());
  check_equal(log, "caught end");
}

WASIO_TEST("C52", "a child may spawn into its group long after the body returned") {
  int generations = 0;
  co_await task_group([&](TaskGroup& group) {
    struct Spawner {
      static Task<> run(TaskGroup& group, int& generations) {
        co_await checkpoint();
        if (++generations < 100) group.spawn(run(group, generations));
      }
    };
    group.spawn(Spawner::run(group, generations));
  });
  check_equal(generations, 100);
}

WASIO_TEST("R6", "a task belongs to its group, whatever scope surrounds the spawn") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    check(!co_await move_on_after(1ms, [&]() -> Task<> {
      group.spawn([&]() -> Task<> {
        co_await sleep(3ms);
        log.add("outlived");
      });
      co_await sleep(1h);
    }));
    log.add("moved-on");
  });
  check_equal(log, "moved-on outlived");
}

WASIO_TEST("R6", "a group.cancel() from outside keeps the value of a body that has returned") {
  TaskGroup* inside = nullptr;
  Log log;
  co_await task_group([&](TaskGroup& outer) -> Task<> {
    outer.spawn([&]() -> Task<> {
      const auto value = co_await task_group([&](TaskGroup& group) -> Task<int> {
        inside = &group;
        group.spawn(guard(sleep_long(), []() -> Task<> { co_await sleep(1ms); }));
        co_return 9;
      });
      log.add(value.value_or(-1));
    });
    co_await let_others_run();
    inside->cancel();
  });
  check_equal(log, "9");
}

WASIO_TEST("C55", "a child's failure comes out of a group cancelled in the same step, in either order") {
  for (const bool cancel_first : {true, false}) {
    HandEvent event(Stop::refused);
    auto ended = co_await attempt(task_group([&](TaskGroup& group) -> Task<> {
      group.spawn(event.wait());
      co_await checkpoint();
      if (cancel_first) group.cancel();
      event.fail(Error(broken));
      if (!cancel_first) group.cancel();
      co_await sleep(1h);
    }));
    check_error(ended, errors::group);
    check(ended.error().has(broken));
  }
}

// User-defined waits.

WASIO_TEST("C66", "a wait may fail or complete while it starts, in every state of the budget") {
  class Ready final : public Wait {
   public:
    explicit Ready(bool fails) : fails_(fails) {}
    int await_resume() const { return 1; }

   private:
    void start() override {
      if (fails_) return fail(Error(broken));
      complete();
    }
    Stop stop() override { return Stop::stopped; }
    bool fails_;
  };
  int sum = 0;
  int failed = 0;
  for (int i = 0; i < 200; ++i) {
    sum += co_await Ready(false);
    auto ended = co_await attempt(Ready(true));
    failed += !ended;
  }
  check_equal(sum, 200);
  check_equal(failed, 200);
}

WASIO_TEST("C66", "one Wait object can be awaited several times") {
  class Twice final : public Wait {
   public:
    void await_resume() const noexcept {}
    int starts = 0;

   private:
    void start() override {
      if (++starts == 1) return fail(Error(broken));
      complete();
    }
    Stop stop() override { return Stop::stopped; }
  };
  Twice wait;
  check_error(co_await attempt([&]() -> Task<> { co_await wait; }), broken);
  co_await wait;
  co_await wait;
  check_equal(wait.starts, 3);
}

// Handles.

WASIO_TEST("C4",
           "tasks that await one handle all get the value, in FIFO order") {
  Log log;
  HandEvent event;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto task = group.spawn([&]() -> Task<std::string> {
      co_await event.wait();
      co_return "value";
    });
    std::vector<TaskHandle<>> awaiters;
    for (const int i : {0, 1, 2, 3}) {
      awaiters.push_back(group.spawn([&log, task, i]() -> Task<> {
        const std::string& value = co_await task;
        log.add(i, value);
      }));
    }
    co_await checkpoint();
    awaiters[1].cancel(); // a cancelled awaiter leaves the queue
    event.set();
    co_await let_others_run();
    check(awaiters[1].cancelled());
  });
  check_equal(log, "0value 2value 3value");
}

WASIO_TEST("C4", "a copy of a handle in a combinator leaves the value to the other handles") {
  co_await task_group([](TaskGroup& group) -> Task<> {
    auto task = group.spawn([]() -> Task<std::string> {
      co_return "a text too long for the small buffer of a string";
    });
    const std::string first = co_await fail_after(1h, task);
    const auto [second] = co_await gather(task);
    check_equal(first, second);
    check(task.result() == first);
  });
}

WASIO_TEST("C5", "a task that awaits its own handle gets an error, not a deadlock") {
  co_await task_group([](TaskGroup& group) -> Task<> {
    TaskHandle<> self;
    self = group.spawn([&]() -> Task<> {
      auto ended = co_await attempt(self);
      check_error(ended, errors::misuse);
    });
    co_await group.join();
  });
}

WASIO_TEST("C33", "cancelling the awaiter of a handle leaves the task running") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto task = group.spawn([&]() -> Task<int> {
      co_await let_others_run(5);
      log.add("done");
      co_return 1;
    });
    check(!co_await move_on_after(0s, [&]() -> Task<> { co_await task; }));
    check(!task.done());
    check_equal(co_await task, 1);
  });
  check_equal(log, "done");
}

WASIO_TEST("C9", "handles outlive their group and still hold the values and errors") {
  std::vector<TaskHandle<std::unique_ptr<int>>> handles;
  Log log;
  auto ended = co_await attempt(task_group([&](TaskGroup& group) -> Task<> {
    for (int i = 0; i < 3; ++i) {
      handles.push_back(group.spawn([i]() -> Task<std::unique_ptr<int>> {
        if (i == 2) co_await sleep(1h);
        if (i == 1) co_await fail(broken);
        co_return std::make_unique<int>(i);
      }));
    }
    co_await group.join();
  }));
  check_error(ended, errors::group);
  check_equal(*co_await handles[0], 0);
  check_error(std::move(handles[1]).result(), broken);
  check_error(std::move(handles[2]).result(), errors::task_cancelled);
}

// Great numbers.

WASIO_TEST("C54", "one group can run 100,000 tasks concurrently") {
  constexpr int count = 100'000;
  int ran = 0;
  co_await task_group([&](TaskGroup& group) {
    for (int i = 0; i < count; ++i) {
      group.spawn([](int& ran) -> Task<> {
        co_await checkpoint();
        ++ran;
      }(ran));
    }
  });
  check_equal(ran, count);
}

WASIO_TEST("C46", "one failure ends 100,000 sleeping tasks") {
  constexpr int count = 100'000;
  int ended = 0;
  auto outcome = co_await attempt(task_group([&](TaskGroup& group) {
    for (int i = 0; i < count; ++i) {
      group.spawn([](int& ended) -> Task<> {
        const AtExit counts([&] { ++ended; });
        co_await sleep(1h);
      }(ended));
    }
    group.spawn(fail_later(1ms, broken));
  }));
  check_error(outcome, errors::group);
  check_equal(outcome.error().others().size(), 1u);
  check_equal(ended, count);
}

WASIO_TEST("C46", "10,000 tasks that all fail raise 10,000 errors in order") {
  constexpr int count = 10'000;
  auto ended = co_await attempt(task_group([](TaskGroup& group) {
    for (int i = 0; i < count; ++i) group.spawn(fail_now(broken, join_text(i)));
  }));
  check_error(ended, errors::group);
  const auto errors = ended.error().others();
  check_equal(errors.size(), std::size_t{count});
  check_equal(errors.front().message(), "0");
  check_equal(errors.back().message(), join_text(count - 1));
}

WASIO_VIRTUAL_TEST("C86", "100,000 timers set in random order fire in the order of their times") {
  unsigned random = 1;
  std::int64_t last = 0;
  bool in_order = true;
  co_await task_group([&](TaskGroup& group) {
    for (int i = 0; i < 100'000; ++i) {
      random = random * 1664525u + 1013904223u;
      group.spawn([](Duration delay, std::int64_t& last, bool& in_order) -> Task<> {
        co_await sleep(delay);
        in_order &= now().nanoseconds() >= last;
        last = now().nanoseconds();
      }(1us * (random >> 12), last, in_order));
    }
  });
  check(in_order);
}

WASIO_TEST("C4", "10,000 tasks can await one handle") {
  HandEvent event;
  int woken = 0;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto task = group.spawn(event.wait());
    for (int i = 0; i < 10'000; ++i) {
      group.spawn(
          [](TaskHandle<int> task, int& woken) -> Task<> { woken += co_await task; }(task, woken));
    }
    co_await checkpoint();
    event.set(1);
  });
  check_equal(woken, 10'000);
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

WASIO_TEST("R5", "a cancel from outside ends a gather although some of its branches have finished") {
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

WASIO_TEST("C21",
           "a branch may fail in its first step, before the others have started") {
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
