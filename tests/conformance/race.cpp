// C24: race.
#include "support.h"

namespace conformance {
namespace {

// Continues after a cancel, because its wait refuses to stop.
Task<int> stubborn(HandEvent& event) {
  event.answer = HandEvent::Stop::refused;
  co_return co_await event.wait();
}

Task<> failing_cleanup(std::string message, Duration after = 0s) {
  co_await guard(sleep_long(), [&]() -> Task<> {
    if (after > Duration(0s)) co_await sleep(after);
    co_await fail(also_broken, message);
  });
}

} // namespace

WASIO_VIRTUAL_TEST("C24",
                   "the first branch to finish decides; the losers are cancelled and awaited") {
  Log log;
  const Instant start = now();
  const auto loser = [&](std::string name) -> Task<> {
    co_await guard(sleep_long(), [&]() -> Task<> {
      co_await sleep(50ms);
      log.add(name);
    });
  };
  const auto won = co_await race(loser("a"), value_later(7, 10ms), loser("c"));
  check_equal(won.index(), 1u);
  check_equal(std::get<1>(won), 7);
  check_equal(log, "a c");
  check_equal((now() - start).nanoseconds(), Duration(60ms).nanoseconds());
}

WASIO_VIRTUAL_TEST("C24", "an error that comes first decides too, and propagates unchanged") {
  Log log;
  auto ended = co_await attempt(race(value_later(1, 20ms), fail_later(10ms, broken, "first")));
  check_error(ended, broken);
  check_equal(ended.error().message(), "first");
  check(ended.error().others().empty());
}

WASIO_TEST("C24", "of two branches that finish in the same pass, the first one wins") {
  const auto won = co_await race(sleep_long(), value_of(1), value_of(2));
  check_equal(won.index(), 1u);
  const auto failed = co_await attempt(race(fail_now(broken), value_of(2)));
  check_error(failed, broken);
  const auto valued = co_await race(value_of(2), fail_now(broken));
  check_equal(valued.index(), 0u);
  check_unhandled(broken);
}

WASIO_TEST("C24", "branches that have not begun run to their first checkpoint, won or not") {
  Log log;
  const auto won = co_await race(value_of(1), [&]() -> Task<> {
    log.add("begun");
    co_await checkpoint();
    log.add("never");
  });
  check_equal(won.index(), 0u);
  check_equal(log, "begun");
}

WASIO_TEST("C24", "the winner's value survives the losers' values, errors and refusals") {
  Log log;
  HandEvent event;
  std::optional<int> given;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      auto won = co_await race(
          stubborn(event),
          [&]() -> Task<std::unique_ptr<Noisy>> {
            co_await checkpoint();
            co_return std::make_unique<Noisy>(log, "winner");
          },
          failing_cleanup("lost"),
          [&]() -> Task<std::unique_ptr<Noisy>> {
            co_await let_others_run(1);
            co_return std::make_unique<Noisy>(log, "second");
          });
      check_equal(won.index(), 1u);
      check(std::get<1>(won) != nullptr);
      given = 1;
      log.add("over");
    });
    co_await let_others_run(5);
    check(!given); // one of the losers is still running
    event.set(3);
  });
  check(given.has_value());
  check_equal(log, "over ~winner");
  const auto unhandled = take_unhandled();
  check_equal(unhandled.size(), 1u);
  if (!unhandled.empty()) check_equal(unhandled[0].message(), "lost");
}

WASIO_TEST("C24", "a loser's ready value is destroyed exactly once") {
  Log log;
  const auto made = [&](std::string name) -> Task<std::unique_ptr<Noisy>> {
    co_return std::make_unique<Noisy>(log, name);
  };
  {
    auto won = co_await race(made("first"), made("second"));
    check_equal(won.index(), 0u);
    check_equal(log.take(), "~second");
  }
  check_equal(log.take(), "~first");
}

WASIO_VIRTUAL_TEST("C24", "losers' errors join the deciding error, in order of completion") {
  auto ended =
      co_await attempt(race(failing_cleanup("later", 20ms), fail_later(1ms, broken, "first"),
                            failing_cleanup("sooner", 5ms)));
  check_error(ended, broken);
  const auto others = ended.error().others();
  check_equal(others.size(), 2u);
  if (others.size() == 2) {
    check_equal(others[0].message(), "sooner");
    check_equal(others[1].message(), "later");
  }
  check_equal(unhandled_count(), 0u);
}

WASIO_VIRTUAL_TEST("C24",
                   "if the winner has a value, each loser's error is reported exactly once") {
  const auto won =
      co_await race(failing_cleanup("one", 5ms), value_later(1, 1ms), failing_cleanup("two", 2ms));
  check_equal(won.index(), 1u);
  const auto unhandled = take_unhandled();
  check_equal(unhandled.size(), 2u);
  if (unhandled.size() == 2) {
    check_equal(unhandled[0].message(), "two");
    check_equal(unhandled[1].message(), "one");
  }
}

WASIO_TEST("C24", "a cancel from outside does not undo a race that is already won") {
  Log log;
  CancelScope scope;
  HandEvent event;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      const bool finished = co_await scope.run([&]() -> Task<> {
        const auto won = co_await race(checkpoint(), stubborn(event));
        log.add("won", won.index());
        co_await checkpoint();
        log.add("never");
      });
      check(!finished);
    });
    co_await let_others_run();
    scope.cancel();
    co_await let_others_run();
    check_equal(log, "");
    event.set();
  });
  check_equal(log, "won0");
}

WASIO_TEST("C24", "a branch that finishes in the very step that cancels the race still wins") {
  CancelScope scope;
  Log log;
  const bool finished = co_await scope.run([&]() -> Task<> {
    const auto won = co_await race(sleep_long(), [&]() -> Task<int> {
      co_await checkpoint();
      scope.cancel();
      co_return 8; // returns its value before any checkpoint
    });
    log.add("won", won.index());
    co_await checkpoint();
    log.add("never");
  });
  check(!finished);
  check_equal(log, "won1");
}

WASIO_TEST("C24", "a cancelled branch is not a finisher: a value that comes later wins") {
  CancelScope scope;
  HandEvent event;
  std::optional<std::size_t> winner;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      co_await scope.run([&]() -> Task<> {
        const auto won = co_await race(sleep_long(), stubborn(event), sleep_long());
        winner = won.index();
      });
    });
    co_await let_others_run();
    scope.cancel();
    co_await let_others_run(); // the two sleepers have ended
    check(!winner);
    event.set(1);
  });
  check_equal(winner.value_or(9), 1u);
}

WASIO_TEST("C24", "a cancel from outside ends all branches, and then the race") {
  Log log;
  CancelScope scope;
  const auto branch = [&](std::string name) -> Task<> {
    const Noisy noisy(log, name);
    co_await sleep(1h);
  };
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      const bool finished = co_await scope.run([&]() -> Task<> {
        co_await race(branch("a"), branch("b"));
        log.add("never");
      });
      check(!finished);
      check(scope.cancelled_caught());
      log.add("moved-on");
    });
    co_await let_others_run();
    scope.cancel();
    check_equal(log, "");
  });
  check_equal(log, "~a ~b moved-on");
}

WASIO_TEST("C24", "an error caused by a cancel decides, and the cancel takes effect afterwards") {
  Log log;
  CancelScope scope;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      const bool finished = co_await scope.run([&]() -> Task<> {
        auto ended = co_await attempt(race(failing_cleanup("clean-up"), sleep_long()));
        check_error(ended, also_broken);
        log.add("error");
        co_await checkpoint();
        log.add("never");
      });
      check(!finished);
    });
    co_await let_others_run();
    scope.cancel();
  });
  check_equal(log, "error");
}

WASIO_VIRTUAL_TEST("C24", "a race works under a deadline, and deadlines work in a race") {
  check_error(co_await attempt(fail_after(5ms, race(sleep_long(), sleep_long()))),
              errors::timed_out);
  const auto won = co_await race(move_on_after(5ms, sleep_long()), value_later(1, 6ms));
  check_equal(won.index(), 0u);
  check(!std::get<0>(won));
  check_error(co_await attempt(race(fail_after(5ms, sleep_long()), sleep_long())),
              errors::timed_out);
  // Deadlines fire before sleeps: at the same instant the race is not yet won.
  check_error(co_await attempt(fail_after(5ms, race(sleep(5ms), sleep_long()))), errors::timed_out);
}

WASIO_VIRTUAL_TEST("C24", "races and gathers nest") {
  const auto [a, b] = co_await gather(
      race(sleep_long(), gather(value_later(1, 5ms), value_later(2, 3ms))),
      race(race(value_later(3, 4ms), sleep_long()), race(sleep(10ms), sleep_long())));
  check_equal(a.index(), 1u);
  check(std::get<1>(a) == std::tuple(1, 2));
  check_equal(b.index(), 0u);
  check_equal(std::get<0>(std::get<0>(b)), 3);
  // The failure of one branch ends races inside the others without a trace.
  auto ended = co_await attempt(gather(race(sleep_long(), sleep_long()), fail_later(1ms, broken)));
  check_error(ended, broken);
  check(ended.error().others().empty());
  // A loser may be a whole race, a gather or a group.
  const auto won =
      co_await race(gather(race(sleep_long(), sleep_long()), sleep_long()),
                    task_group([](TaskGroup& group) { group.spawn(sleep_long()); }), sleep(2ms));
  check_equal(won.index(), 2u);
}

WASIO_VIRTUAL_TEST("C24", "a race over a range returns the index, with the value if there is one") {
  std::vector<Task<int>> numbers;
  for (const int i : {0, 1, 2, 3}) numbers.push_back(value_later(i * 10, 1ms * (4 - i)));
  const auto [index, value] = co_await race(std::move(numbers));
  check_equal(index, 3u);
  check_equal(value, 30);
  std::vector<Task<>> sleeps;
  for (const int i : {5, 2, 9})
    sleeps.push_back([](int i) -> Task<> { co_await sleep(1ms * i); }(i));
  check_equal(co_await race(sleeps), 1u);
}

WASIO_TEST("C24", "a race over an empty range fails with misuse") {
  check_error(co_await attempt(race(std::vector<Task<int>>())), errors::misuse);
  check_error(co_await attempt(race(std::vector<Task<>>())), errors::misuse);
}

WASIO_TEST("C24", "entering and leaving a race is not a checkpoint") {
  CancelScope scope;
  scope.cancel();
  const auto won = co_await scope.run(race(value_of(1)));
  check(won.has_value());
}

WASIO_TEST("C24", "in a race of 10,000 branches one wins, and all the others end") {
  int begun = 0;
  int ended = 0;
  const auto sleeper = [&]() -> Task<> {
    ++begun;
    const AtExit count([&] { ++ended; });
    co_await sleep(1h);
  };
  std::vector<Task<>> tasks;
  for (int i = 0; i < 9'999; ++i) tasks.push_back(sleeper());
  tasks.push_back([]() -> Task<> { co_return; }());
  check_equal(co_await race(std::move(tasks)), 9'999u);
  check_equal(begun, 9'999);
  check_equal(ended, 9'999);
}

WASIO_TEST("C24", "destroying a runtime during a race destroys its branches and their values") {
  Log log;
  {
    MockClock clock;
    Runtime runtime(clock);
    const auto body = [&]() -> Task<> {
      co_await race(
          [&]() -> Task<std::unique_ptr<Noisy>> {
            co_return std::make_unique<Noisy>(log, "value");
          },
          [&]() -> Task<> {
            const Noisy noisy(log, "loser");
            co_await guard(sleep_long(), sleep_long());
          });
    };
    auto* const task = detail::make_child(body, {}, detail::CallPlace::current());
    runtime.begin(*task);
    runtime.turn();
    check_equal(log, "");
  }
  check_equal(log, "~loser ~value");
  co_return;
}

} // namespace conformance
