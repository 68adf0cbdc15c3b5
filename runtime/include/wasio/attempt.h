// Where an error becomes a value.
#pragma once

#include <wasio/body.h>

WASIO_BEGIN
namespace detail {

// Keeps the error for the awaiter; a cancel passes.
struct AttemptOutcome {
  Error error;
  static Boundary::Hold before_unwind(Ending how);
  Next body_ended(TaskRecord& task, Ending how);
};

template <class B>
class [[nodiscard("an attempt runs only when it is awaited")]] Attempt final
    : public BodyBoundary<B> {
 public:
  using typename BodyBoundary<B>::Value;

  template <class U>
  explicit Attempt(std::in_place_t, U&& body)
      : BodyBoundary<B>(std::in_place, std::forward<U>(body)) {}

  template <class Promise>
  Transfer await_suspend(std::coroutine_handle<Promise> awaiting) {
    return this->start(frame_of(awaiting));
  }

  Result<Stored<Value>> await_resume() {
    if (outcome_.error) return std::unexpected(std::move(outcome_.error));
    if constexpr (std::is_void_v<Value>) {
      return {};
    } else {
      return Result<Stored<Value>>(this->slot_.take());
    }
  }

 private:
  Boundary::Hold before_unwind(TaskRecord&, Ending how) override {
    return AttemptOutcome::before_unwind(how);
  }
  Next body_ended(TaskRecord& task, Ending how) override { return outcome_.body_ended(task, how); }

  AttemptOutcome outcome_;
};

} // namespace detail

// `co_await attempt(body)` gives a Result: the body's value, or the error that it ended with. A
// cancel goes through it. No checkpoint. O(1) beyond the body.
template <Body B>
auto attempt(B&& body WASIO_LIFETIMEBOUND) {
  return detail::Attempt<std::remove_cvref_t<B>>(std::in_place, std::forward<B>(body));
}

#if WASIO_EXCEPTIONS
namespace detail {
[[noreturn]] void throw_error(Error&& error);
}

// The value of a Result, or its error thrown: the very exception that the error holds, else the
// Error itself. For code that wants try and catch, after the await.
template <class T>
T or_throw(Result<T>&& result) {
  if (!result) detail::throw_error(std::move(result.error()));
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}
#endif

WASIO_END
