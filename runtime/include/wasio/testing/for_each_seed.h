// Finds accidental dependencies on the order of steps.
#pragma once

#include <wasio/testing/mock_clock.h>

#include <concepts>
#include <cstdint>

WASIO_BEGIN
namespace detail {

// An error that names the seed, with `error` as its cause.
Error error_under_seed(std::uint64_t seed, Error error);

template <class F>
Task<> run_shuffled(std::uint64_t seed, F& make_body) {
  Runtime::current().shuffle(seed);
  co_await callee(make_body)();
}

} // namespace detail

// Run `make_body()` in virtual time, in a runtime of its own, with the tasks of each pass shuffled:
// `run_with_seed` by one seed, `for_each_seed` by the seeds 0 to `count`-1 in turn until one fails.
// The error names the seed; `run_with_seed` with that seed repeats the same steps. May be called
// inside a running task.
template <std::invocable F>
Result<> run_with_seed(std::uint64_t seed, F&& make_body) {
  MockClock clock;
  auto ended = run_virtually(detail::run_shuffled(seed, make_body), clock);
  if (!ended) return std::unexpected(detail::error_under_seed(seed, std::move(ended.error())));
  return {};
}
template <std::invocable F>
Result<> for_each_seed(std::uint64_t count, F&& make_body) {
  for (std::uint64_t seed = 0; seed < count; ++seed)
    if (auto ended = run_with_seed(seed, make_body); !ended) return ended;
  return {};
}

WASIO_END
