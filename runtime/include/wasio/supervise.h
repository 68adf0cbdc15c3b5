// Restarts a body when it fails.
#pragma once

#include <wasio/detail/repeat.h>

#include <cstdint>
#include <utility>

WASIO_BEGIN

// When and how often `supervise` restarts a failed body. The first delay is `initial_delay`, each
// further one `factor` times the one before, none longer than `max_delay`, which may be
// `Duration::forever()`.
struct RestartPolicy {
  static constexpr std::uint32_t no_limit = detail::RepeatRules::no_limit;

  Duration initial_delay = std::chrono::milliseconds(100);
  double factor = 2;                            // at least 1, and finite
  Duration max_delay = std::chrono::minutes(1); // at least `initial_delay`
  double jitter = 0;                            // these two as in RetryPolicy
  std::uint64_t seed = 0;
  // The most restarts; a failure after the last one fails with `gave_up`.
  std::uint32_t max_restarts = no_limit;
  // A run that lasted at least this long resets the delay and the number of restarts.
  Duration reset_after = std::chrono::minutes(10);
  // Only errors of this kind restart the body, all others propagate; null: every error restarts it.
  // In a group, every error must be of this kind.
  const ErrorKind* restart_on = nullptr;
};

namespace detail {
RepeatRules rules_of(const RestartPolicy& policy);
}

// Runs the body returned by `make_body()`. While the body fails, waits as the policy says and runs
// a new one, until one ends with a value, which is the result. `group.spawn(supervise(policy,
// make_body))` is a child whose failures do not affect its siblings.
//
// An error that leads to a restart is discarded; a body that wants it reported must report it
// itself. A failure after `max_restarts` restarts is `gave_up`, whose message contains their number
// and whose cause is the last error. A cancel passes through. Fails with `misuse`, before anything
// runs, if a duration in the policy is NaN, `factor` is not finite or below 1, `jitter` is not
// between 0 and 1, or `initial_delay` is above `max_delay`. Cancel and schedule point only between
// two runs.
template <class F>
  requires detail::CallableBody<F>
WASIO_CORO_WRAPPER Task<body_result_t<F>> supervise(RestartPolicy policy, F make_body) {
  return detail::repeat(detail::rules_of(policy), std::move(make_body));
}

WASIO_END
