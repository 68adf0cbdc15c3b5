// Turns an error into a value.
#pragma once

#include <wasio/detail/combinator.h>

WASIO_BEGIN
namespace detail {

// Keeps the error for the awaiter; a cancel propagates.
class AttemptStage : public Stage {
 public:
  Boundary::Hold before_unwind(TaskRecord&, Ending how);
  Next body_ended(TaskRecord& task, Ending how);

  template <class T>
  Result<Stored<T>> result(Slot<T>& slot) {
    if (error_) return std::unexpected(std::move(error_));
    if constexpr (std::is_void_v<T>) {
      return {};
    } else {
      return Result<Stored<T>>(slot.take());
    }
  }

 private:
  Error error_;
};

} // namespace detail

// `co_await attempt(body)` returns a Result: the body's value, or the error that ended it. A cancel
// passes through it. Not a checkpoint. O(1) beyond the body.
template <Body B>
auto attempt(B&& body WASIO_LIFETIMEBOUND) {
  return detail::combine<detail::AttemptStage>(std::forward<B>(body));
}

#if WASIO_EXCEPTIONS
namespace detail {
[[noreturn]] void throw_error(Error&& error);
}

// Returns the value of a Result, or throws its error: the exception that the error holds, or
// otherwise the Error itself. For code that uses try and catch after the await.
template <class T>
T or_throw(Result<T>&& result) {
  if (!result) detail::throw_error(std::move(result.error()));
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}
#endif

WASIO_END
