// Running something anew whenever it fails.
#pragma once

#include <wasio/attempt.h>
#include <wasio/duration.h>
#include <wasio/fail.h>
#include <wasio/sleep.h>

#include <cstdint>
#include <limits>

WASIO_BEGIN

// When and how often `supervise` starts a body that has failed again. The delays are
// `initial_delay`, then each `factor` times the one before, none longer than `max_delay`, which may
// be `Duration::forever()`.
struct RestartPolicy {
  static constexpr std::uint32_t no_limit = std::numeric_limits<std::uint32_t>::max();

  Duration initial_delay = std::chrono::milliseconds(100);
  double factor = 2;                            // at least 1, and finite
  Duration max_delay = std::chrono::minutes(1); // at least `initial_delay`
  // How many restarts there may be; a failure after the last one is the end: `gave_up`.
  std::uint32_t max_restarts = no_limit;
  // A run that lasted at least this long was a good one: delays and number begin anew.
  Duration reset_after = std::chrono::minutes(10);
  // Only errors of this kind restart, all others come out; null: every error restarts. Of a group
  // each error must be of it.
  const ErrorKind* restart_on = nullptr;
};

namespace detail {

// The part of `supervise` that does not depend on what it runs.
class Restarts {
 public:
  explicit Restarts(const RestartPolicy& policy) : policy_(policy), delay_(policy.initial_delay) {}

  // `misuse` if the policy makes no sense.
  Result<> check() const;
  // A run that began at `begun` has failed now: how long to wait before the next, or what comes
  // out.
  Result<Duration> after(Error error, Instant begun);

 private:
  RestartPolicy policy_;
  Duration delay_;
  std::uint32_t count_ = 0;
};

// Refers to a callable body that is begun several times.
template <class F>
class BodyRef {
 public:
  explicit BodyRef(F& make_body) : make_body_(&make_body) {}
  WASIO_CORO_WRAPPER auto operator()() { return callee(*make_body_)(); }

 private:
  F* make_body_;
};

} // namespace detail

// Runs the body that `make_body()` gives. If that fails, waits as the policy says and runs a new
// one, and so on, until one ends with a value, which is the result. `group.spawn(supervise(policy,
// make_body))` is a child whose failures do not concern its siblings.
//
// An error that led to a restart is gone; a body that wants it known says so itself. After
// `max_restarts` the error is `gave_up`, whose message has their number, and whose cause is the
// last error. A cancel passes. A policy with a NaN, a `factor` below 1, or a `initial_delay` above
// `max_delay` fails with `misuse` before anything runs. Cancel and schedule point between two
// runs only.
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
