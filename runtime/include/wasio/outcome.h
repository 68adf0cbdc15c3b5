// The outcome of one of several bodies, as a value.
#pragma once

#include <wasio/detail/branch.h>

WASIO_BEGIN

// A Result that distinguishes a cancel from a failure. T may be void or a reference, which is
// stored as a reference_wrapper. `co_await std::move(outcome)` returns the value or fails with the
// error.
template <class T = void>
class [[nodiscard]] Outcome : public Result<detail::Stored<T>> {
  using Base = Result<detail::Stored<T>>;

 public:
  using Base::Base;

  // Whether it ended because a task that it awaited was cancelled: the error is then
  // `task_cancelled`, and its message is the reason.
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

// The outcome of a branch that has ended.
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

// Passes an error that no caller will receive as an outcome to the unhandled-error hook, unless it
// only reports a cancel.
void report_lost(const Error& error);

} // namespace detail
WASIO_END
