// C25: as_completed.
#include "support.h"

namespace conformance {
namespace {

Task<int> failing_later(Duration after, std::string message) {
  co_await sleep(after);
  co_await fail(broken, message);
}

std::vector<Task<int>> numbers(std::initializer_list<int> after_ms) {
  std::vector<Task<int>> tasks;
  for (const int i : after_ms) tasks.push_back(value_later(i, 1ms * i));
  return tasks;
}

// Sleeps for a long time, and fails when cancelled.
Task<int> failing_cleanup(std::string message) {
  co_await guard(sleep_long(), fail_now(also_broken, message));
  co_return 0;
}

std::string words(const Outcome<int>& outcome) {
  if (outcome.cancelled()) return join_text("cancelled:", outcome.error().message());
  return outcome ? join_text(*outcome) : std::string(outcome.error().message());
}

} // namespace

WASIO_VIRTUAL_TEST("C25", "the function is called for each outcome in order of completion") {
  Log log;
  auto tasks = numbers({5, 1, 3});
  tasks.push_back(failing_later(2ms, "failed"));
  co_await as_completed(std::move(tasks), [&](std::size_t index, Outcome<int> outcome) {
    log.add(index, ":", words(outcome));
  });
  check_equal(log, "1:1 3:failed 2:3 0:5");
}

WASIO_VIRTUAL_TEST(
    "C25",
    "a coroutine function handles one outcome at a time while the other bodies keep running") {
  Log log;
  const Instant start = now();
  co_await as_completed(numbers({5, 1, 3}),
                        [&](std::size_t index, Outcome<int>&& outcome) -> Task<> {
                          log.add("in", index);
                          co_await sleep(10ms);
                          log.add("out", *outcome);
                        });
  check_equal(log, "in1 out1 in2 out3 in0 out5");
  check_equal((now() - start).nanoseconds(), Duration(31ms).nanoseconds());
}

WASIO_TEST("C25", "without bodies the function is not called, and there is no checkpoint") {
  CancelScope scope;
  scope.cancel();
  const auto all = co_await scope.run(as_completed(
      std::vector<Task<int>>(), [](std::size_t, const Outcome<int>&) { return false; }));
  check(all.value_or(false));
}

WASIO_VIRTUAL_TEST("C25",
                   "a function that returns false ends it: the rest is cancelled and awaited") {
  Log log;
  const auto slow = [&]() -> Task<int> {
    co_await guard(sleep_long(), [&]() -> Task<> {
      co_await sleep(1s);
      log.add("cleaned");
    });
    co_return 0;
  };
  for (const bool plain : {true, false}) {
    const Instant start = now();
    auto tasks = numbers({1, 2, 3});
    tasks.push_back(slow());
    const auto note = [&](const Outcome<int>& outcome) {
      log.add(words(outcome));
      return *outcome < 2;
    };
    bool whole = true;
    if (plain) {
      whole = co_await as_completed(
          std::move(tasks), [&](std::size_t, Outcome<int> outcome) { return note(outcome); });
    } else {
      whole = co_await as_completed(std::move(tasks),
                                    [&](std::size_t, Outcome<int> outcome) -> Task<bool> {
                                      co_await checkpoint();
                                      co_return note(outcome);
                                    });
    }
    check(!whole);
    check_equal(log.take(), "1 2 cleaned");
    check_equal((now() - start).nanoseconds(), Duration(1002ms).nanoseconds());
  }
  check(co_await as_completed(numbers({1, 2}),
                              [](std::size_t, const Outcome<int>&) { return true; }));
}

WASIO_TEST("C25", "errors that come too late to be handed over are reported once") {
  std::vector<Task<int>> tasks;
  tasks.push_back(value_of(1));
  tasks.push_back(failing_cleanup("late"));
  co_await as_completed(std::move(tasks), [](std::size_t, const Outcome<int>&) { return false; });
  check_unhandled(also_broken);
}

WASIO_VIRTUAL_TEST("C25", "an error of the function cancels and awaits the rest, and propagates") {
  Log log;
  std::vector<Task<int>> tasks;
  tasks.push_back(value_later(1, 1ms));
  tasks.push_back(failing_later(1ms, "not handed over"));
  tasks.push_back(failing_cleanup("cleanup"));
  tasks.push_back([](Log& log) -> Task<int> {
    const Noisy noisy(log, "sleeper");
    co_await sleep(1h);
    co_return 0;
  }(log));
  auto ended = co_await attempt(
      as_completed(std::move(tasks), [&](std::size_t, const Outcome<int>& outcome) -> Task<> {
        const Noisy noisy(log, "function");
        co_await sleep(1ms);
        co_await fail(broken, "function", words(outcome));
      }));
  check_error(ended, broken);
  check_equal(ended.error().message(), "function1");
  const auto others = ended.error().others();
  check_equal(others.size(), 2u);
  if (others.size() == 2) {
    check_equal(others[0].message(), "not handed over");
    check_equal(others[1].message(), "cleanup");
  }
  // The function's frames live until the last body has ended, as in a group.
  check_equal(log, "~sleeper ~function");
}

WASIO_TEST("C25", "a cancel from outside ends as_completed as cancelled") {
  Log log;
  CancelScope scope;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      const bool finished = co_await scope.run([&]() -> Task<> {
        std::vector<Task<int>> tasks;
        tasks.push_back(value_of(1));
        tasks.push_back(failing_cleanup("cleanup"));
        tasks.push_back(value_later(3, 1h));
        co_await as_completed(std::move(tasks),
                              [&](std::size_t, const Outcome<int>& outcome) -> Task<> {
                                log.add(words(outcome));
                                co_return;
                              });
        log.add("never");
      });
      check(!finished && scope.cancelled_caught());
    });
    co_await let_others_run();
    check_equal(log, "1");
    scope.cancel();
    check_equal(log, "1");
  });
  // The body that ended with an error was still handed over.
  check_equal(log, "1 cleanup");
}

WASIO_TEST("C25", "a cancel while the function waits unwinds it after the rest has ended") {
  Log log;
  CancelScope scope;
  const auto sleeper = [](Log& log) -> Task<int> {
    const Noisy noisy(log, "sleeper");
    co_await sleep(1h);
    co_return 0;
  };
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      const bool finished = co_await scope.run([&]() -> Task<> {
        std::vector<Task<int>> tasks;
        tasks.push_back(value_of(1));
        tasks.push_back(sleeper(log));
        tasks.push_back(failing_cleanup("late"));
        co_await as_completed(std::move(tasks), [&](std::size_t, Outcome<int>) -> Task<> {
          const Noisy noisy(log, "function");
          co_await sleep(1h);
        });
        log.add("never");
      });
      check(!finished && scope.cancelled_caught());
    });
    co_await let_others_run();
    scope.cancel();
  });
  check_equal(log, "~sleeper ~function");
  check_unhandled(also_broken);
}

WASIO_TEST("C25", "a cancel after the last body has ended takes no outcome back") {
  Log log;
  CancelScope scope;
  const bool finished = co_await scope.run([&]() -> Task<> {
    std::vector<Task<int>> tasks;
    tasks.push_back(value_of(1));
    tasks.push_back([](CancelScope& scope) -> Task<int> {
      scope.cancel();
      co_return 2;
    }(scope));
    co_await as_completed(std::move(tasks), [&](std::size_t, const Outcome<int>& outcome) {
      log.add(words(outcome));
    });
    log.add("over");
  });
  check(finished);
  check_equal(log, "1 2 over");
}

WASIO_TEST("C25", "values are destroyed once, whether handed over, kept or never handed over") {
  Log log;
  std::unique_ptr<Noisy> kept;
  const auto made = [](Log& log, std::string name) -> Task<std::unique_ptr<Noisy>> {
    co_return std::make_unique<Noisy>(log, name);
  };
  {
    std::vector<Task<std::unique_ptr<Noisy>>> tasks;
    for (const char* name : {"looked-at", "kept", "taken", "too-late"})
      tasks.push_back(made(log, name));
    co_await as_completed(std::move(tasks),
                          [&](std::size_t index, Outcome<std::unique_ptr<Noisy>>&& outcome) {
                            log.add(index);
                            if (index == 1) kept = *std::move(outcome);
                            if (index == 2) const auto taken = *std::move(outcome);
                            return index < 2;
                          });
    // What the function did not take is destroyed by the time as_completed ends.
    check_equal(log.take(), "0 ~looked-at 1 2 ~taken ~too-late");
  }
  check(kept != nullptr);
  kept.reset();
  check_equal(log, "~kept");
}

WASIO_TEST("C25", "what the function leaves of an outcome is destroyed before the next one comes") {
  Log log;
  const auto made = [](Log& log, int after) -> Task<std::unique_ptr<Noisy>> {
    co_await let_others_run(after);
    log.add("made", after);
    co_return std::make_unique<Noisy>(log, join_text(after));
  };
  std::vector<Task<std::unique_ptr<Noisy>>> tasks;
  tasks.push_back(made(log, 0));
  tasks.push_back(made(log, 5));
  co_await as_completed(std::move(tasks), [&](std::size_t, Outcome<std::unique_ptr<Noisy>>&&) {});
  check_equal(log, "made0 ~0 made5 ~5");
}

WASIO_TEST("C25", "the outcome of a cancelled task's handle is cancelled, with the reason") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    std::vector<TaskHandle<int>> handles;
    handles.push_back(group.spawn(value_later(1, 1h)));
    handles.push_back(group.spawn(value_of(2)));
    handles[0].cancel("not needed");
    co_await as_completed(
        handles, [&](std::size_t, const Outcome<int>& outcome) { log.add(words(outcome)); });
  });
  check(log == "2 cancelled:not needed" || log == "cancelled:not needed 2");
}

WASIO_TEST("C25",
           "10,000 bodies that end in one pass are handed over together, without recursion") {
  std::vector<Task<int>> tasks;
  for (int i = 0; i < 10'000; ++i) tasks.push_back(value_of(i));
  int next = 0;
  bool in_order = true;
  co_await as_completed(std::move(tasks), [&](std::size_t index, Outcome<int> outcome) {
    in_order &= *outcome == next && index == static_cast<std::size_t>(next);
    ++next;
  });
  check(in_order);
  check_equal(next, 10'000);
}

WASIO_VIRTUAL_TEST("C25", "as_completed nests in a race, in itself and under a deadline") {
  Log log;
  const auto won = co_await race(
      as_completed(numbers({1, 50}), [&](std::size_t, Outcome<int> outcome) { log.add(*outcome); }),
      sleep(10ms));
  check_equal(won.index(), 1u);
  check_equal(log.take(), "1");
  check(!co_await move_on_after(
      10ms, as_completed(numbers({1, 50}), [&](std::size_t, Outcome<int> outcome) -> Task<> {
        co_await as_completed(numbers({1, 2}), [&](std::size_t, Outcome<int> inner) {
          log.add(*outcome * 10 + *inner);
        });
      })));
  check_equal(log, "11 12");
}

WASIO_TEST("C25",
           "a runtime destroyed during as_completed destroys its bodies, function and values") {
  Log log;
  {
    MockClock clock;
    Runtime runtime(clock);
    const auto sleeper = [&]() -> Task<std::unique_ptr<Noisy>> {
      const Noisy noisy(log, "sleeper");
      co_await sleep(1h);
      co_return nullptr;
    };
    const auto made = [&]() -> Task<std::unique_ptr<Noisy>> {
      co_return std::make_unique<Noisy>(log, "value");
    };
    const auto body = [&]() -> Task<> {
      std::vector<Task<std::unique_ptr<Noisy>>> tasks;
      tasks.push_back(made());
      tasks.push_back(sleeper());
      co_await as_completed(std::move(tasks),
                            [&](std::size_t, Outcome<std::unique_ptr<Noisy>>&&) -> Task<> {
                              const Noisy noisy(log, "function");
                              co_await sleep(1h);
                            });
    };
    auto* const task = detail::make_child(body, {}, detail::CallPlace::current());
    runtime.begin(*task);
    while (runtime.turn()) {
    }
    check_equal(log, "");
  }
  check_equal(log, "~sleeper ~function ~value");
  co_return;
}

#if WASIO_EXCEPTIONS
WASIO_TEST("C78", "a function that throws fails as_completed, whatever its return type") {
  const auto run_with = [](auto function) -> Task<> {
    auto ended = co_await attempt(as_completed(numbers({0, 1}), function));
    check_error(ended, errors::exception);
  };
  co_await run_with([](std::size_t, const Outcome<int>&) { throw 1; });
  co_await run_with([](std::size_t, const Outcome<int>&) -> bool { throw 1; });
  co_await run_with([](std::size_t, const Outcome<int>&) -> Task<> {
    throw 1;
    co_return;
  });
}

WASIO_TEST("C78", "a value that throws when moved fails as_completed") {
  struct Seed {};
  struct Throwing {
    Throwing(Seed) {}
    Throwing(Throwing&&) { throw 1; }
  };
  const auto made = []() -> Task<Throwing> { co_return Seed(); }; // made in place
  std::vector<Task<Throwing>> tasks;
  tasks.push_back(made());
  auto ended = co_await attempt(
      as_completed(std::move(tasks), [](std::size_t, const Outcome<Throwing>&) {}));
  check_error(ended, errors::exception);
}
#endif

} // namespace conformance
