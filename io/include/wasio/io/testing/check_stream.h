// Checks that every stream must pass: for tests of streams of one's own.
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

// The two ends of something that goes one way.
struct OneWayEnds {
  std::unique_ptr<SendStream> sender;
  std::unique_ptr<ReceiveStream> receiver;
};
// The two ends of a connection.
struct TwoWayEnds {
  std::unique_ptr<ByteStream> left;
  std::unique_ptr<ByteStream> right;
};

// Both as owned objects, of values such as `memory_pipe()` gives.
template <class S, class R>
OneWayEnds one_way_ends(S sender, R receiver) {
  return {std::make_unique<S>(std::move(sender)), std::make_unique<R>(std::move(receiver))};
}
template <class S>
TwoWayEnds two_way_ends(S left, S right) {
  return {std::make_unique<S>(std::move(left)), std::make_unique<S>(std::move(right))};
}

struct StreamCheckOptions {
  // More bytes than the stream holds between its ends, so that a send of them waits.
  std::size_t too_much = 1 << 20;
  std::uint64_t seed = 1; // of the sizes and cancels that are random
  // How long one check may take: a stream that waits where it must not would keep it for ever.
  Duration limit = Duration::nanoseconds(30'000'000'000);
};

namespace detail {

// One check: what it shows, and how. It gets fresh ends, which it may destroy.
template <class Ends>
struct StreamCheck {
  std::string_view name;
  Task<> (*run)(Ends& ends, const StreamCheckOptions& options);
};

std::span<const StreamCheck<OneWayEnds>> one_way_checks();
std::span<const StreamCheck<TwoWayEnds>> two_way_checks();
std::span<const StreamCheck<std::unique_ptr<ReceiveStream>>> receive_checks();

// The two directions of a connection as one-way ends that own all of it.
OneWayEnds there(TwoWayEnds ends);
OneWayEnds back(TwoWayEnds ends);

// Fails with `failure`, which names the check, if that fails or takes longer than the limit.
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

// `make()` gives fresh OneWayEnds, or a Task of them, each time that it is called. Checks what
// stream.h promises: that bytes come whole and in order, however they are sent and received; the
// end; `misuse`, `busy` and `closed`; that closing wakes who waits, is done once, and is done under
// a cancel as well; that a cancelled receive loses nothing; that sends beyond the room between the
// ends arrive. Fails with `failure` and says which check it was, with what happened as the cause.
// It waits until all other tasks are blocked, so nothing else should run.
template <std::invocable F>
Task<> check_one_way_stream(F make, StreamCheckOptions options = {}) {
  co_await detail::run_checks("check_one_way_stream", detail::one_way_checks(), make, options);
}

// The same for TwoWayEnds: each direction, and `send_eof`, and both at once.
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

// For what can only be read: `open()` gives, each time, a fresh std::unique_ptr<ReceiveStream> that
// gives `expected`, or a Task of one. Checks as above what can be checked from one side.
template <std::invocable F>
Task<> check_receive_stream(F open, std::span<const std::byte> expected,
                            StreamCheckOptions options = {}) {
  for (std::uint64_t round = 0; round < 4; ++round) {
    co_await detail::run_check(
        "check_receive_stream", "gives what was expected, and then the end",
        detail::check_contents(co_await detail::made(open()), expected, options.seed + round),
        options.limit);
  }
  co_await detail::run_checks("check_receive_stream", detail::receive_checks(), open, options);
}

WASIO_END
