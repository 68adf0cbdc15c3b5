// Adversarial schedules: destructors that act during unwinding, nested guards, and groups whose
// children use the locals of bodies.
//
// Each test is filed under the statement that it stresses. Where the statements are silent, it
// checks what a user of Trio would expect.
#include "support.h"

namespace conformance {

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

WASIO_TEST("C69",
           "the cleanup errors of nested guards follow the body's error, the inner one first") {
  auto ended =
      co_await attempt(guard(guard(fail_now(broken, "body"), fail_now(also_broken, "inner")),
                             fail_now(also_broken, "outer")));
  check_error(ended, broken);
  std::string others;
  for (const Error& error : ended.error().others()) others += std::string(error.message()) + ' ';
  check_equal(others, "inner outer ");
}

WASIO_TEST(
    "C69",
    "of cancelled nested guards, the inner cleanup's error comes out with the outer attached") {
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

WASIO_TEST("C47",
           "when a scope in a body fails, the locals of both outlive the children that use them") {
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

WASIO_TEST("C49",
           "when a cancel turns into an error half-way out, an attempt on the way catches it") {
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

WASIO_TEST("C55",
           "a child's failure comes out of a group cancelled in the same step, in either order") {
  for (const bool cancel_first : {true, false}) {
    HandEvent event(HandEvent::Stop::refused);
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

} // namespace conformance
