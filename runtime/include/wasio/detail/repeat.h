// Runs a body again when it fails: what `supervise` and `retry` share.
#pragma once

#include <wasio/attempt.h>
#include <wasio/detail/random.h>
#include <wasio/duration.h>
#include <wasio/fail.h>
#include <wasio/sleep.h>

#include <cstdint>
#include <limits>

WASIO_BEGIN
namespace detail {

// What a policy comes down to.
struct RepeatRules {
  static constexpr std::uint32_t no_limit = std::numeric_limits<std::uint32_t>::max();

  const char* policy; // its name, for messages
  Duration initial_delay;
  double factor;
  Duration max_delay;
  double jitter;
  std::uint64_t seed;
  std::uint32_t max_repeats;
  Duration reset_after;
  const ErrorKind* repeat_on;
  // The error that propagates after the last of `repeats` repetitions has failed.
  Error (*give_up)(Error last, std::uint32_t repeats);
};

// When a body is run again. The part that does not depend on what it runs.
class Repeats {
 public:
  explicit Repeats(const RepeatRules& rules);

  // Fails with `misuse` if the rules are invalid.
  Result<> check() const;
  // Called when a run that began at `begun` has failed: returns the delay before the next run, or
  // the error to propagate.
  Result<Duration> after(Error error, Instant begun);

 private:
  Duration next_delay();
  Duration shortened(Duration delay);

  RepeatRules rules_;
  Duration delay_; // without jitter
  Random random_;
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

template <class F>
Task<body_result_t<F>> repeat(RepeatRules rules, F make_body) {
  Repeats repeats(rules);
  co_await repeats.check();
  for (;;) {
    const Instant begun = now();
    auto result = co_await attempt(BodyRef(make_body));
    if (result) {
      if constexpr (std::is_void_v<body_result_t<F>>) {
        co_return;
      } else {
        co_return *std::move(result);
      }
    }
    co_await sleep(co_await repeats.after(std::move(result.error()), begun));
  }
}

} // namespace detail
WASIO_END
