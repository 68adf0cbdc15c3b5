// Restarts a body when it fails.
#pragma once

#include <wasio/attempt.h>
#include <wasio/duration.h>
#include <wasio/fail.h>
#include <wasio/sleep.h>

#include <cstdint>
#include <limits>

WASIO_BEGIN

// When and how often `supervise` restarts a failed body. The first delay is `initial_delay`, each
// further one `factor` times the one before, none longer than `max_delay`, which may be
// `Duration::forever()`.
struct RestartPolicy {
  static constexpr std::uint32_t no_limit = std::numeric_limits<std::uint32_t>::max();

  Duration initial_delay = std::chrono::milliseconds(100);
  double factor = 2;                            // at least 1, and finite
  Duration max_delay = std::chrono::minutes(1); // at least `initial_delay`
  // The most restarts; a failure after the last one fails with `gave_up`.
  std::uint32_t max_restarts = no_limit;
  // A run that lasted at least this long resets the delay and the number of restarts.
  Duration reset_after = std::chrono::minutes(10);
  // Only errors of this kind restart the body, all others propagate; null: every error restarts it.
  // In a group, every error must be of this kind.
  const ErrorKind* restart_on = nullptr;
};

namespace detail {

// The part of `supervise` that does not depend on what it runs.
class Restarts {
 public:
  explicit Restarts(const RestartPolicy& policy) : policy_(policy), delay_(policy.initial_delay) {}

  // Fails with `misuse` if the policy is invalid.
  Result<> check() const;
  // Called when a run that began at `begun` has failed: returns the delay before the next run, or
  // the error to propagate.
  Result<Duration> after(Error error, Instant begun);

 private:
  RestartPolicy policy_;
  Duration delay_;
  std::uint32_t count_ = 0;
};

// Refers to a callable body that is run several times.
template <class F>
class BodyRef {
 public:
  explicit BodyRef(F& make_body) : make_body_(&make_body) {}
  WASIO_CORO_WRAPPER auto operator()() { return callee(*make_body_)(); }

 private:
  F* make_body_;
};

} // namespace detail

// Runs the body returned by `make_body()`. While the body fails, waits as the policy says and runs
// a new one, until one ends with a value, which is the result. `group.spawn(supervise(policy,
// make_body))` is a child whose failures do not affect its siblings.
//
// An error that leads to a restart is discarded; a body that wants it reported must report it
// itself. A failure after `max_restarts` restarts is `gave_up`, whose message contains their number
// and whose cause is the last error. A cancel passes through. Fails with `misuse`, before anything
// runs, if a duration in the policy is NaN, `factor` is not finite or below 1, or `initial_delay`
// is above `max_delay`. Cancel and schedule point only between two runs.
template <class F>
  requires detail::CallableBody<F>
Task<body_result_t<F>> supervise(RestartPolicy policy, F make_body) {
  detail::Restarts restarts(policy);
  co_await restarts.check();
  for (;;) {
    const Instant begun = now();
    auto result = co_await attempt(detail::BodyRef(make_body));
    if (result) {
      if constexpr (std::is_void_v<body_result_t<F>>) {
        co_return;
      } else {
        co_return *std::move(result);
      }
    }
    co_await sleep(co_await restarts.after(std::move(result.error()), begun));
  }
}

WASIO_END
