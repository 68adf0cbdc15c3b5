// C58: retries.
#include "support.h"

#include <cmath>
#include <limits>

namespace conformance {
namespace {

// A body that fails until it has run `successes_at` times; notes when each run began, in ns.
struct Unsteady {
  int succeeds_at;
  std::vector<std::int64_t> begun = {};

  Task<int> operator()() {
    begun.push_back((now() - Instant()).nanoseconds());
    if (static_cast<int>(begun.size()) < succeeds_at)
      co_await fail(Error(broken, join_text("run ", begun.size())).with_payload(begun.size()));
    co_return static_cast<int>(begun.size());
  }
  std::vector<std::int64_t> gaps() const { // in ms
    std::vector<std::int64_t> gaps;
    for (std::size_t i = 1; i < begun.size(); ++i)
      gaps.push_back((begun[i] - begun[i - 1]) / 1'000'000);
    return gaps;
  }
};

} // namespace

WASIO_VIRTUAL_TEST("C58", "it runs the body again after exactly the policy's delays") {
  Unsteady body{.succeeds_at = 6};
  const RetryPolicy policy{
      .max_attempts = 6, .initial_delay = 10ms, .factor = 3, .max_delay = 100ms};
  check_equal(co_await retry(policy, std::ref(body)), 6);
  check_equal(body.gaps(), std::vector<std::int64_t>{10, 30, 90, 100, 100});
}

WASIO_VIRTUAL_TEST("C58", "after the last attempt its error propagates, with their number") {
  Unsteady body{.succeeds_at = 10};
  const auto result = co_await attempt(retry({.max_attempts = 4}, std::ref(body)));
  check_error(result, broken);
  check_equal(result.error().message(), "run 4 (4 attempts)");
  check_equal(*result.error().payload<std::size_t>(), 4u);
  check_equal(body.begun.size(), 4u);
  const auto once =
      co_await attempt(retry({.max_attempts = 1}, []() -> Task<> { co_await fail(broken); }));
  check_equal(once.error().message(), "(1 attempt)");
}

WASIO_VIRTUAL_TEST("C58", "only errors of the kind are retried; others propagate unchanged") {
  int runs = 0;
  const auto result = co_await attempt(retry({.retry_on = &errors::io}, [&]() -> Task<> {
    if (++runs == 1) co_await fail(errors::not_found);
    co_await fail(broken, "as it is");
  }));
  check_error(result, broken);
  check_equal(result.error().message(), "as it is");
  check_equal(runs, 2);
}

WASIO_VIRTUAL_TEST("C58", "a cancel passes through, during a run and between two") {
  for (const Duration limit : {Duration(5ms), Duration(50ms)}) {
    int runs = 0;
    check(!co_await move_on_after(limit, retry({}, [&]() -> Task<> {
                                    ++runs;
                                    co_await sleep(10ms);
                                    co_await fail(broken);
                                  })));
    check_equal(runs, 1);
  }
}

WASIO_VIRTUAL_TEST("C58", "jitter shortens the delays: the same for a seed, on every host") {
  const auto gaps = [](std::uint64_t seed) -> Task<std::vector<std::int64_t>> {
    Unsteady body{.succeeds_at = 7};
    co_await retry(
        {.max_attempts = 7, .initial_delay = 1000ms, .factor = 1, .jitter = 0.5, .seed = seed},
        std::ref(body));
    co_return body.gaps();
  };
  const auto first = co_await gaps(1);
  check_equal(first, co_await gaps(1));
  check(first != co_await gaps(2));
  for (const std::int64_t gap : first) check(gap >= 500 && gap <= 1000);
  const auto [left, right] = co_await gather(gaps(1), gaps(1));
  check(left != right); // siblings
  Unsteady body{.succeeds_at = 3};
  co_await retry({.initial_delay = 1000ms, .factor = 1, .jitter = 1}, std::ref(body));
  for (const std::int64_t gap : body.gaps()) check(gap < 1000);
}

WASIO_VIRTUAL_TEST("C57", "jitter shortens the delays of supervise too") {
  Unsteady body{.succeeds_at = 5};
  const RestartPolicy policy{.initial_delay = 1000ms, .factor = 1, .jitter = 0.25};
  co_await supervise(policy, std::ref(body));
  bool shorter = false;
  for (const std::int64_t gap : body.gaps()) {
    check(gap >= 750 && gap <= 1000);
    shorter |= gap < 1000;
  }
  check(shorter);
}

WASIO_VIRTUAL_TEST("C58", "an invalid policy fails with misuse, and nothing runs") {
  const Duration nan = std::chrono::duration<double>(std::nan(""));
  for (const RetryPolicy& policy : {
           RetryPolicy{.max_attempts = 0},
           RetryPolicy{.initial_delay = nan},
           RetryPolicy{.max_delay = nan},
           RetryPolicy{.factor = 0.5},
           RetryPolicy{.factor = std::numeric_limits<double>::infinity()},
           RetryPolicy{.initial_delay = 2s, .max_delay = 1s},
           RetryPolicy{.jitter = 1.5},
           RetryPolicy{.jitter = std::nan("")},
       }) {
    Unsteady body{.succeeds_at = 1};
    const auto result = co_await attempt(retry(policy, std::ref(body)));
    check_error(result, errors::misuse);
    check(result.error().message().starts_with("RetryPolicy: "));
    check(body.begun.empty());
  }
}

WASIO_VIRTUAL_TEST("C58", "a run is destroyed before the next begins; values of all shapes") {
  Log log;
  int runs = 0;
  const MoveOnly moved = co_await retry({}, [&]() -> Task<MoveOnly> {
    const Noisy noisy(log, "run");
    log.add("run");
    if (++runs < 2) co_await fail(broken);
    co_return MoveOnly(3);
  });
  check_equal(*moved.number, 3);
  check_equal(log, "run ~run run ~run");
  int& same = co_await retry({}, [&]() -> Task<int&> { co_return runs; });
  check_equal(&same, &runs);
}

} // namespace conformance
