// C20 to C23: gather and gather_settled.
#include "support.h"

namespace conformance {

WASIO_VIRTUAL_TEST("C20", "results are in argument order, whatever the order of completion") {
  Log log;
  const auto noting = [&](int number, Duration after) -> Task<int> {
    co_await sleep(after);
    log.add(number);
    co_return number;
  };
  const auto [a, b, c] = co_await gather(noting(1, 30ms), noting(2, 10ms), noting(3, 20ms));
  check(a == 1 && b == 2 && c == 3);
  check_equal(log.take(), "2 3 1");

  std::vector<Task<int>> tasks;
  for (const int i : {0, 1, 2, 3, 4}) tasks.push_back(noting(i, 1ms * (10 - i)));
  check_equal(co_await gather(std::move(tasks)), std::vector{0, 1, 2, 3, 4});
  check_equal(log.take(), "4 3 2 1 0");
}

WASIO_TEST("C20", "an empty gather completes immediately, without a checkpoint") {
  CancelScope scope;
  scope.cancel();
  const bool done = co_await scope.run([]() -> Task<> {
    [[maybe_unused]] const std::tuple<> nothing = co_await gather();
    const auto none = co_await gather(std::vector<Task<int>>());
    check(none.empty());
    co_await gather(std::vector<Task<>>());
  });
  check(done);
}

WASIO_TEST("C20", "branches start in argument order, none inside the call") {
  Log log;
  const auto noting = [&](int number) -> Task<> {
    log.add(number);
    co_return;
  };
  auto one = noting(1);
  auto two = noting(2);
  auto three = noting(3);
  auto all = gather(std::move(one), std::move(two), std::move(three));
  check_equal(log, "");
  co_await std::move(all);
  check_equal(log, "1 2 3");
}

WASIO_TEST("C20", "a gather of 10,000 branches returns their values in order") {
  std::vector<Task<int>> tasks;
  for (int i = 0; i < 10'000; ++i) tasks.push_back(value_later(i, 1ms));
  const auto values = co_await gather(std::move(tasks));
  check_equal(values.size(), 10'000u);
  bool in_order = true;
  for (int i = 0; i < 10'000; ++i) in_order &= values[static_cast<std::size_t>(i)] == i;
  check(in_order);
}

WASIO_VIRTUAL_TEST(
    "C21", "the first failure cancels the other branches, awaits them, and propagates as itself") {
  Log log;
  const Instant start = now();
  const auto slow = [&](std::string name) -> Task<> {
    co_await guard(sleep_long(), [&]() -> Task<> {
      co_await sleep(50ms);
      log.add(name, "-ended");
    });
  };
  auto ended =
      co_await attempt(gather(slow("first"), fail_later(10ms, broken, "why"), slow("third")));
  check_error(ended, broken);
  check_equal(ended.error().message(), "why");
  check(ended.error().others().empty());
  check_equal(log.take(), "first-ended third-ended");
  check_equal((now() - start).nanoseconds(), Duration(60ms).nanoseconds());
}

WASIO_VIRTUAL_TEST("C21",
                   "later errors become the others of the first one, in order of completion") {
  const auto failing_cleanup = [](Duration after, std::string message) -> Task<> {
    co_await guard(sleep_long(), fail_later(after, also_broken, message));
  };
  auto ended =
      co_await attempt(gather(failing_cleanup(20ms, "last"), failing_cleanup(5ms, "second"),
                              fail_later(1ms, broken, "first")));
  check_error(ended, broken);
  const auto others = ended.error().others();
  check_equal(others.size(), 2u);
  if (others.size() != 2) co_return;
  check_equal(others[0].message(), "second");
  check_equal(others[1].message(), "last");
  check(!ended.error().is_group());
}

WASIO_TEST("C21", "branches that had not started when one failed run to their first checkpoint") {
  Log log;
  auto ended = co_await attempt(gather(fail_now(broken), [&]() -> Task<> {
    log.add("begun");
    co_await checkpoint();
    log.add("never");
  }));
  check_error(ended, broken);
  check_equal(log, "begun");
}

WASIO_TEST("C21", "values of branches that had finished are destroyed once") {
  Log log;
  {
    auto ended = co_await attempt(gather(
        [&]() -> Task<std::unique_ptr<Noisy>> { co_return std::make_unique<Noisy>(log, "value"); },
        [&]() -> Task<> {
          co_await checkpoint();
          co_await fail(broken);
        }));
    check_error(ended, broken);
    check_equal(log, "~value");
  }
  check_equal(log, "~value");
}

WASIO_TEST("C23", "cancelling a gather cancels all unfinished branches and awaits them") {
  Log log;
  CancelScope scope;
  const auto branch = [&](std::string name) -> Task<> {
    const Noisy noisy(log, name);
    co_await sleep(1h);
  };
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      const bool finished = co_await scope.run([&]() -> Task<> {
        co_await gather(branch("a"), value_of(1), branch("c"));
        log.add("never");
      });
      check(!finished);
      log.add("moved-on");
    });
    co_await let_others_run();
    scope.cancel();
    check_equal(log, "");
    co_await let_others_run(5);
  });
  check_equal(log, "~a ~c moved-on");
}

WASIO_TEST("C23", "cancelling a gather of a range ends all of its branches") {
  int ended = 0;
  const bool finished = co_await move_on_after(1ms, [&]() -> Task<> {
    std::vector<Task<>> tasks;
    for (int i = 0; i < 100; ++i) {
      tasks.push_back([](int& ended) -> Task<> {
        const AtExit count([&] { ++ended; });
        co_await sleep(1h);
      }(ended));
    }
    co_await gather(std::move(tasks));
  });
  check(!finished);
  check_equal(ended, 100);
}

WASIO_TEST("C23", "a gather whose branches have all finished returns its value, cancelled or not") {
  CancelScope scope;
  const auto sum = co_await scope.run([&]() -> Task<int> {
    const auto [a, b] = co_await gather(value_of(1), [&]() -> Task<int> {
      scope.cancel();
      co_return 2;
    });
    co_return a + b;
  });
  check(sum.has_value());
  check_equal(sum.value_or(0), 3);
  check(!scope.cancelled_caught());
}

WASIO_TEST(
    "C23",
    "errors win over a cancel from outside, which then takes effect at the next checkpoint") {
  Log log;
  CancelScope scope;
  const bool finished = co_await scope.run([&]() -> Task<> {
    auto ended = co_await attempt(gather(guard(sleep_long(), fail_now(broken)), [&]() -> Task<> {
      co_await checkpoint();
      scope.cancel();
    }));
    check_error(ended, broken);
    log.add("error");
    co_await checkpoint();
    log.add("never");
  });
  check(!finished);
  check_equal(log, "error");
}

WASIO_VIRTUAL_TEST("C22",
                   "gather_settled returns each branch's outcome, and no branch disturbs another") {
  const auto [a, b, c] =
      co_await gather_settled(value_later(1, 30ms), fail_later(10ms, broken, "why"), sleep(20ms));
  check(a.has_value() && !a.cancelled());
  check_equal(a.value_or(0), 1);
  check(!b && !b.cancelled());
  check(b.error().is(broken));
  check_equal(b.error().message(), "why");
  check(c.has_value());

  std::vector<Task<>> tasks;
  tasks.push_back(fail_later(2ms, broken));
  tasks.push_back(sleep_long());
  tasks.push_back(fail_later(1ms, also_broken));
  const auto outcomes = co_await gather_settled(std::move(tasks));
  check_equal(outcomes.size(), 3u);
  check(!outcomes[0] && outcomes[0].error().is(broken) && outcomes[0].error().others().empty());
  check(outcomes[1].has_value());
  check(!outcomes[2] && outcomes[2].error().is(also_broken));
}

WASIO_TEST("C22", "an empty gather_settled completes immediately, without a checkpoint") {
  CancelScope scope;
  scope.cancel();
  const bool done = co_await scope.run([]() -> Task<> {
    [[maybe_unused]] const std::tuple<> nothing = co_await gather_settled();
    check((co_await gather_settled(std::vector<Task<int>>())).empty());
  });
  check(done);
}

WASIO_TEST("C22", "a branch that awaits a cancelled task is cancelled with that task's reason") {
  co_await task_group([](TaskGroup& group) -> Task<> {
    auto stopped = group.spawn(value_later(1, 1h));
    auto running = group.spawn(value_of(2));
    stopped.cancel("not needed");
    auto [a, b, c] =
        co_await gather_settled(stopped, running, [&]() -> Task<> { co_await stopped; });
    check(a.cancelled() && c.cancelled() && !b.cancelled());
    check_equal(a.error().message(), "not needed");
    check_equal(c.error().message(), "not needed");
    check_equal(b.value_or(0), 2);
  });
}

WASIO_TEST("C22", "awaiting an outcome returns its value or fails with its error") {
  auto [a, b] = co_await gather_settled(value_of(1), [&]() -> Task<MoveOnly> {
    co_await checkpoint();
    co_return MoveOnly(2);
  });
  check_equal(co_await a, 1);
  check_equal(co_await a, 1);
  check_equal(*(co_await std::move(b)).number, 2);
  const auto [failed] = co_await gather_settled(fail_now(broken, "kept"));
  auto again = co_await attempt([&]() -> Task<> { co_await failed; });
  check_error(again, broken);
  check_equal(again.error().message(), "kept");
}

WASIO_TEST("C22", "values of branches beside a failed one are destroyed once") {
  Log log;
  {
    const auto outcomes = co_await gather_settled(
        [&]() -> Task<std::unique_ptr<Noisy>> { co_return std::make_unique<Noisy>(log, "value"); },
        fail_now(broken));
    check(std::get<0>(outcomes).has_value());
    check_equal(log, "");
  }
  check_equal(log, "~value");
}

WASIO_TEST("C23", "a cancel reaches every branch of gather_settled, which ends as cancelled") {
  Log log;
  CancelScope scope;
  const auto branch = [&](std::string name) -> Task<> {
    const Noisy noisy(log, name);
    co_await sleep(1h);
  };
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      const bool finished = co_await scope.run([&]() -> Task<> {
        co_await gather_settled(branch("a"), fail_now(broken, "nobody gets it"), branch("c"));
        log.add("never");
      });
      check(!finished && scope.cancelled_caught());
    });
    co_await let_others_run();
    scope.cancel();
    check_equal(log, "");
    check_equal(unhandled_count(), 0u);
  });
  check_equal(log, "~a ~c");
  check_unhandled(broken);
}

WASIO_TEST(
    "C23",
    "a gather_settled whose branches have all ended returns the outcomes, cancelled or not") {
  CancelScope scope;
  const auto sum = co_await scope.run([&]() -> Task<int> {
    const auto [a, b] = co_await gather_settled(fail_now(broken), [&]() -> Task<int> {
      scope.cancel();
      co_return 2;
    });
    check(!a);
    co_return b.value_or(0);
  });
  check_equal(sum.value_or(0), 2);
}

} // namespace conformance
