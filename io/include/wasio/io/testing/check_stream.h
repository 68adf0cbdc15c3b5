// Checks that every stream must pass, for tests of custom streams.
#pragma once

#include <wasio/duration.h>
#include <wasio/io/stream.h>

#include <concepts>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

WASIO_BEGIN

// The two ends of a one-way connection.
struct OneWayEnds {
  std::unique_ptr<SendStream> sender;
  std::unique_ptr<ReceiveStream> receiver;
};
// The two ends of a two-way connection.
struct TwoWayEnds {
  std::unique_ptr<ByteStream> left;
  std::unique_ptr<ByteStream> right;
};

// Moves two ends, such as those of `memory_pipe()`, into owned objects.
template <class S, class R>
OneWayEnds one_way_ends(S sender, R receiver) {
  return {std::make_unique<S>(std::move(sender)), std::make_unique<R>(std::move(receiver))};
}
template <class S>
TwoWayEnds two_way_ends(S left, S right) {
  return {std::make_unique<S>(std::move(left)), std::make_unique<S>(std::move(right))};
}

struct StreamCheckOptions {
  // More bytes than the stream buffers between its ends, so that sending them waits.
  std::size_t too_much = 1 << 20;
  std::uint64_t seed = 1; // for the random sizes and cancels
  // The timeout of one check: without it, a stream that wrongly waits would hang the check forever.
  // Long, since checks also run on slow and busy machines.
  Duration limit = Duration::nanoseconds(300'000'000'000);
};

namespace detail {

// One check: its claim, and the code that verifies it. Gets fresh ends, which it may destroy.
template <class Ends>
struct StreamCheck {
  std::string_view name;
  Task<> (*run)(Ends& ends, const StreamCheckOptions& options);
};

std::span<const StreamCheck<OneWayEnds>> one_way_checks();
std::span<const StreamCheck<TwoWayEnds>> two_way_checks();
std::span<const StreamCheck<std::unique_ptr<ReceiveStream>>> receive_checks();

// The two directions of a connection as one-way ends, which own the whole connection.
OneWayEnds there(TwoWayEnds ends);
OneWayEnds back(TwoWayEnds ends);

// Fails with `failure`, naming the check, if the check fails or takes longer than `limit`.
Task<> run_check(std::string_view what, std::string_view name, Task<> check, Duration limit);

template <class Made>
Task<Made> made(Task<Made> task) {
  co_return co_await std::move(task);
}
template <class Made>
Task<Made> made(Made value) {
  co_return value;
}

template <class Ends, class F>
Task<> run_checks(std::string_view what, std::span<const StreamCheck<Ends>> checks, F& make,
                  StreamCheckOptions options) {
  for (const auto& check : checks) {
    Ends ends = co_await made(make());
    co_await run_check(what, check.name, check.run(ends, options), options.limit);
  }
}

Task<> check_contents(std::unique_ptr<ReceiveStream> stream, std::span<const std::byte> expected,
                      std::uint64_t seed);

} // namespace detail

// `make()` returns fresh OneWayEnds, or a Task of them, on each call. Checks the contract of
// stream.h: bytes arrive whole and in order, however they are sent and received, then the end;
// misuse fails with `misuse`, `busy` or `closed`; closing wakes waiting calls, can be repeated, and
// happens even under a cancel; a cancelled receive loses nothing; sends larger than the stream's
// buffer arrive. Fails with `failure` naming the check, with the original error as the cause.
// Waits until all other tasks are blocked, so no unrelated tasks should be running.
template <std::invocable F>
Task<> check_one_way_stream(F make, StreamCheckOptions options = {}) {
  co_await detail::run_checks("check_one_way_stream", detail::one_way_checks(), make, options);
}

// The same for TwoWayEnds: each direction, `send_eof`, and both directions concurrently.
template <std::invocable F>
Task<> check_two_way_stream(F make, StreamCheckOptions options = {}) {
  const auto there = [&]() -> Task<OneWayEnds> {
    co_return detail::there(co_await detail::made(make()));
  };
  const auto back = [&]() -> Task<OneWayEnds> {
    co_return detail::back(co_await detail::made(make()));
  };
  co_await detail::run_checks("check_two_way_stream", detail::one_way_checks(), there, options);
  co_await detail::run_checks("check_two_way_stream", detail::one_way_checks(), back, options);
  co_await detail::run_checks("check_two_way_stream", detail::two_way_checks(), make, options);
}

// For streams that can only be read: `open()` returns, on each call, a fresh
// std::unique_ptr<ReceiveStream> that yields `expected`, or a Task of one. Runs those checks of the
// above that need one side only.
template <std::invocable F>
Task<> check_receive_stream(F open, std::span<const std::byte> expected,
                            StreamCheckOptions options = {}) {
  for (std::uint64_t round = 0; round < 4; ++round) {
    co_await detail::run_check(
        "check_receive_stream", "the expected bytes arrive, then the end",
        detail::check_contents(co_await detail::made(open()), expected, options.seed + round),
        options.limit);
  }
  co_await detail::run_checks("check_receive_stream", detail::receive_checks(), open, options);
}

WASIO_END
