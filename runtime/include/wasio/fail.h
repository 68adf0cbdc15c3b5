// Raises an error.
#pragma once

#include <wasio/detail/frame.h>
#include <wasio/error.h>

WASIO_BEGIN
namespace detail {

class [[nodiscard("an error is raised by co_await fail(...)")]] FailAwaiter {
 public:
  using wasio_awaitable = void;
  explicit FailAwaiter(Error&& error) : error_(std::move(error)) {}

  bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> awaiting) {
    leave_with_error(frame_of(awaiting), std::move(error_));
  }
  [[noreturn]] void await_resume() const noexcept { __builtin_unreachable(); }

 private:
  Error error_;
};

} // namespace detail

// `co_await fail(kind, pieces...)` unwinds the frames up to the nearest boundary (attempt, group,
// guard, task) with an error whose message is the joined pieces. It never returns, throws nothing,
// and is not a checkpoint. O(unwound frames).
template <class... Pieces>
detail::FailAwaiter fail(const ErrorKind& kind, const Pieces&... pieces) {
  if constexpr (sizeof...(Pieces) == 0) {
    return detail::FailAwaiter(Error(kind));
  } else if constexpr (sizeof...(Pieces) == 1 &&
                       (std::convertible_to<const Pieces&, std::string_view> && ...)) {
    return detail::FailAwaiter(Error(kind, std::string_view(pieces...)));
  } else {
    return detail::FailAwaiter(Error(kind, join_text(pieces...)));
  }
}

// The same with an existing error: a caught one is raised again with its place and chain, to which
// further hops are added.
inline detail::FailAwaiter fail(Error error) {
  return detail::FailAwaiter(std::move(error));
}

WASIO_END
