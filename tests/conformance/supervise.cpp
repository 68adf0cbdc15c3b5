// C57: restarting bodies that fail.
#include "support.h"

#include <cmath>
#include <limits>

namespace conformance {

// Records when each run begins; the first `failures` runs fail.
struct Flaky {
  int failures;
  Duration lasts = {};
  const ErrorKind* kind = &broken;
  std::vector<std::int64_t> begun = {};

  Task<int> operator()() {
    begun.push_back(now().nanoseconds() / 1'000'000);
    const auto run = static_cast<int>(begun.size());
    co_await sleep(lasts);
    if (run <= failures) co_await fail(*kind, "run ", run);
    co_return run;
  }
};

auto runs_of(Flaky& body) {
  return [&body]() -> Task<int> { co_return co_await body(); };
}

WASIO_VIRTUAL_TEST("C57", "N failures cause N restarts, at exactly the policy's times") {
  Flaky body{.failures = 6, .lasts = 5ms};
  const RestartPolicy policy{.initial_delay = 10ms, .factor = 3, .max_delay = 500ms};
  const auto start = now().nanoseconds() / 1'000'000;
  check_equal(co_await supervise(policy, runs_of(body)), 7);
  std::vector<std::int64_t> expected{start};
  for (const int delay : {10, 30, 90, 270, 500, 500})
    expected.push_back(expected.back() + 5 + delay);
  check_equal(body.begun, expected);
}

WASIO_VIRTUAL_TEST("C57", "a failing child restarts, and its siblings continue") {
  Log log;
  Flaky body{.failures = 3};
  co_await task_group([&](TaskGroup& group) {
    group.spawn(supervise({.initial_delay = 10ms, .factor = 1}, [&]() -> Task<> {
      const int run = co_await body();
      log.add("run", run);
    }));
    group.spawn([&]() -> Task<> {
      for (int i = 0; i < 5; ++i) {
        co_await sleep(10ms);
        log.add(i);
      }
    });
  });
  check_equal(log, "0 1 2 run4 3 4");
}

WASIO_VIRTUAL_TEST("C57",
                   "after the last restart the error says so, with the last failure as its cause") {
  for (const std::uint32_t most : {0u, 1u, 4u}) {
    Flaky body{.failures = 100};
    const auto ended = co_await attempt(supervise({.max_restarts = most}, runs_of(body)));
    check_error(ended, errors::gave_up);
    check_equal(body.begun.size(), most + 1u);
    check_equal(ended.error().message(), join_text("still failing after ", most, " restarts"));
    check(ended.error().cause().is(broken));
    check_equal(ended.error().cause().message(), join_text("run ", most + 1));
  }
}

WASIO_VIRTUAL_TEST("C57",
                   "a run that lasts reset_after resets the delay and the number of restarts") {
  std::vector<std::int64_t> begun;
  const auto body = [&]() -> Task<> {
    begun.push_back(now().nanoseconds() / 1'000'000);
    // The third run lasts exactly `reset_after`, the others a little less.
    co_await sleep(begun.size() == 3 ? 1s : 999ms);
    co_await fail(broken);
  };
  const RestartPolicy policy{.initial_delay = 10ms, .max_restarts = 2, .reset_after = 1s};
  check_error(co_await attempt(supervise(policy, body)), errors::gave_up);
  std::vector<std::int64_t> expected{begun.front()};
  for (const int gap : {999 + 10, 999 + 20, 1000 + 10, 999 + 20})
    expected.push_back(expected.back() + gap);
  check_equal(begun, expected);
}

WASIO_VIRTUAL_TEST("C57",
                   "only errors of the kind restart, in a group all of them; others propagate") {
  const auto count_runs = [](auto make_body) -> Task<int> {
    int runs = 0;
    const auto ended =
        co_await attempt(supervise({.max_restarts = 2, .restart_on = &errors::io}, [&]() -> Task<> {
          ++runs;
          co_await make_body();
        }));
    check(!ended && ended.error().is(errors::gave_up) == (runs > 1));
    co_return runs;
  };
  const auto both = [](const ErrorKind& a, const ErrorKind& b) {
    return [&a, &b]() -> Task<> {
      co_await task_group([&](TaskGroup& group) {
        group.spawn(fail_now(a));
        group.spawn(fail_now(b));
      });
    };
  };
  check_equal(co_await count_runs([]() -> Task<> { co_await fail(errors::not_found); }), 3);
  check_equal(co_await count_runs([]() -> Task<> { co_await fail(broken); }), 1);
  check_equal(co_await count_runs(both(errors::not_found, errors::io)), 3);
  check_equal(co_await count_runs(both(errors::not_found, broken)), 1);
}

WASIO_VIRTUAL_TEST("C57", "a cancel during a run or between two propagates and restarts nothing") {
  for (const Duration limit : {Duration(3ms), Duration(50ms)}) {
    Log log;
    Flaky body{.failures = 100, .lasts = 5ms};
    const Instant start = now();
    check(!co_await move_on_after(limit, supervise({}, [&]() -> Task<int> {
                                    const Noisy noisy(log, "run");
                                    co_return co_await body();
                                  })));
    check_equal(now() - start, limit);
    check_equal(body.begun.size(), 1u);
    check_equal(log, "~run");
  }
}

WASIO_VIRTUAL_TEST("C57", "an invalid policy fails with misuse, and nothing runs") {
  const Duration nan = std::chrono::duration<double>(std::nan(""));
  constexpr double infinite = std::numeric_limits<double>::infinity();
  for (const RestartPolicy& policy : {
           RestartPolicy{.initial_delay = nan},
           RestartPolicy{.max_delay = nan},
           RestartPolicy{.reset_after = nan},
           RestartPolicy{.factor = std::nan("")},
           RestartPolicy{.factor = 0.999},
           RestartPolicy{.factor = -2},
           RestartPolicy{.factor = infinite},
           RestartPolicy{.initial_delay = 2s, .max_delay = 1s},
       }) {
    Flaky body{.failures = 0};
    const auto ended = co_await attempt(supervise(policy, runs_of(body)));
    check_error(ended, errors::misuse);
    check(body.begun.empty());
    check(ended.error().message().contains("RestartPolicy"));
  }
}

WASIO_VIRTUAL_TEST("C57", "delays do not overflow") {
  const Instant start = now();
  Flaky body{.failures = 5};
  const RestartPolicy policy{
      .initial_delay = 1s, .factor = 1e300, .max_delay = Duration::forever()};
  // The second delay is infinite.
  check(!co_await move_on_after(100h, supervise(policy, runs_of(body))));
  check_equal(body.begun.size(), 2u);
  check_equal(now() - start, Duration(100h));

  Flaky slow{.failures = 80};
  const RestartPolicy doubling{.initial_delay = 1s, .max_delay = 24h * 365};
  check_equal(co_await supervise(doubling, runs_of(slow)), 81);
}

WASIO_TEST("C57", "a body that fails immediately and restarts without delay lets others run") {
  Flaky body{.failures = 1'000'000};
  bool ran = false;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(supervise({.initial_delay = -1s}, runs_of(body)));
    co_await let_others_run();
    ran = true;
    group.cancel();
  });
  check(ran && !body.begun.empty());
}

WASIO_VIRTUAL_TEST("C57", "the value may be void, move-only or a reference") {
  int place = 1;
  int runs = 0;
  const auto once = [&]() -> Task<> {
    if (runs++ % 2 == 0) co_await fail(broken);
  };
  co_await supervise({}, once);
  const MoveOnly moved = co_await supervise({}, [&]() -> Task<MoveOnly> {
    co_await once();
    co_return MoveOnly(4);
  });
  check_equal(*moved.number, 4);
  int& same = co_await supervise({}, [&]() -> Task<int&> {
    co_await once();
    co_return place;
  });
  check_equal(&same, &place);
  check_equal(runs, 6);
}

WASIO_VIRTUAL_TEST("C57", "a run is destroyed before the next begins") {
  Log log;
  int runs = 0;
  co_await supervise({}, [&]() -> Task<> {
    log.add("run");
    const Noisy noisy(log, "run");
    co_await checkpoint();
    if (++runs < 3) co_await fail(broken);
  });
  check_equal(log, "run ~run run ~run run ~run");
}

} // namespace conformance
