// Repeats a body that fails until it succeeds, a limited number of times.
#pragma once

#include <wasio/detail/repeat.h>

#include <cstdint>
#include <utility>

WASIO_BEGIN

// How often and when `retry` runs a body that fails. The first delay is `initial_delay`, each
// further one `factor` times the one before, none longer than `max_delay`.
struct RetryPolicy {
  static constexpr std::uint32_t no_limit = detail::RepeatRules::no_limit;

  std::uint32_t max_attempts = 3; // the runs altogether; at least 1
  Duration initial_delay = std::chrono::milliseconds(100);
  double factor = 2;                             // at least 1, and finite
  Duration max_delay = std::chrono::seconds(30); // at least `initial_delay`
  // Shortens each delay by a random part of it, up to this fraction: from 0 (none) to 1.
  double jitter = 0;
  // Where the random numbers begin, together with the number of the task: siblings spread out, and
  // each run of a program is like the last. To spread processes too, take it from
  // `std::random_device`.
  std::uint64_t seed = 0;
  // Only errors of this kind are retried, all others propagate; null: every error is retried. In a
  // group, every error must be of this kind.
  const ErrorKind* retry_on = nullptr;
};

namespace detail {
RepeatRules rules_of(const RetryPolicy& policy);
}

// `co_await retry({.max_attempts = 5}, make_body)` runs the body returned by `make_body()`; while
// it fails, waits as the policy says and runs a new one. Returns the first value.
//
// If the last attempt fails, its error propagates, with the number of attempts in its message:
// `refused (3 attempts)`. Kind, payload, cause and place are those of the last attempt; errors of
// earlier ones are dropped. An error that is not retried propagates unchanged, and a cancel passes
// through. Fails with `misuse`, before anything runs, if `max_attempts` is 0, a duration in the
// policy is NaN, `factor` is not finite or below 1, `jitter` is not between 0 and 1, or
// `initial_delay` is above `max_delay`. Cancel and schedule point only between two attempts.
template <class F>
  requires detail::CallableBody<F>
WASIO_CORO_WRAPPER Task<body_result_t<F>> retry(RetryPolicy policy, F make_body) {
  return detail::repeat(detail::rules_of(policy), std::move(make_body));
}

WASIO_END
