// How one of several bodies ended, as a value.
#pragma once

#include <wasio/detail/branch.h>

WASIO_BEGIN

// A Result that tells a cancel from a failure. T may be void or a reference, which stands in it as
// a reference_wrapper. `co_await std::move(outcome)` gives the value or fails with the error.
template <class T = void>
class [[nodiscard]] Outcome : public Result<detail::Stored<T>> {
  using Base = Result<detail::Stored<T>>;

 public:
  using Base::Base;

  // It ended because a task that it awaited had been cancelled: the error is `task_cancelled`, and
  // its message the reason.
  bool cancelled() const { return !this->has_value() && this->error().is(errors::task_cancelled); }

  using wasio_awaitable = void;
  detail::ResultAwaiter<detail::Stored<T>> operator co_await() && {
    return detail::ResultAwaiter<detail::Stored<T>>(static_cast<Base&&>(*this));
  }
  detail::ResultAwaiter<detail::Stored<T>> operator co_await() const& {
    return detail::ResultAwaiter<detail::Stored<T>>(Base(*this));
  }
};

namespace detail {

// What came of a branch that has ended.
template <class B>
Outcome<typename Branch<B>::Value> take_outcome(Branch<B>& branch) {
  using Value = Branch<B>::Value;
  if (!branch.has_value()) return Outcome<Value>(std::unexpect, result_error(branch));
  if constexpr (std::is_void_v<Value>) {
    return Outcome<Value>();
  } else {
    return Outcome<Value>(std::in_place, take_value(branch));
  }
}

// Nobody will get this error as an outcome: it goes to the unhandled-error hook, unless it only
// says that something was cancelled.
void report_lost(const Error& error);

} // namespace detail
WASIO_END
