// Runs several bodies concurrently until the first one finishes.
#pragma once

#include <wasio/detail/branch.h>

WASIO_BEGIN
namespace detail {

// The first branch that ends with a value or an error decides the race; the others are cancelled.
class RaceSet : public BranchSet {
 protected:
  RaceSet() { heeds_values_ = true; }
  // The range is empty: the awaiting frame fails.
  static void refuse_empty(Frame& awaiting);

  TaskRecord* winner_ = nullptr; // set once a branch has won with a value

 private:
  std::string_view what() const override { return "race"; }
  void child_ended(TaskRecord& branch, Ending how) override;
  Next resumed(TaskRecord& host) override;
};

template <class... Bs>
class [[nodiscard("a race runs only when it is awaited")]] Race final
    : public BranchTuple<RaceSet, Bs...> {
 public:
  using Winner = std::variant<Element<Stored<typename Branch<Bs>::Value>>...>;
  using BranchTuple<RaceSet, Bs...>::BranchTuple;

  Winner await_resume() { return take<0>(); }

 private:
  template <std::size_t i>
  Winner take() {
    auto& branch = std::get<i>(this->branches_);
    if constexpr (i + 1 < sizeof...(Bs)) {
      if (&branch != this->winner_) return take<i + 1>();
    }
    return Winner(std::in_place_index<i>, take_value(branch));
  }
};

template <class B>
class [[nodiscard("a race runs only when it is awaited")]] RaceRange final
    : public BranchRange<RaceSet, B> {
 public:
  using BranchRange<RaceSet, B>::BranchRange;

  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> awaiting) {
    if (this->branches_.empty()) return this->refuse_empty(frame_of(awaiting));
    BranchRange<RaceSet, B>::await_suspend(awaiting);
  }
  auto await_resume() {
    using Value = Branch<B>::Value;
    const std::size_t index = this->index_of(*this->winner_);
    if constexpr (std::is_void_v<Value>) {
      return index;
    } else {
      return std::pair<std::size_t, Stored<Value>>(index, take_value(this->branches_[index]));
    }
  }
};

} // namespace detail

// `co_await race(a, b, ...)` runs the bodies concurrently, each as a task. The first to end with a
// value or an error decides; if two end in one pass, the one that ended first. The others are
// cancelled, and when they have ended the race fails with the error, or returns the value in a
// variant whose index is that of the winner (`monostate` for no value, a `reference_wrapper` for a
// reference).
//
// The winner's value is final, whatever the others do and whatever cancel arrives. Errors of the
// others become the `others()` of a deciding error; if a value decided, they go to the
// unhandled-error hook. A body that ends as cancelled decides nothing: when a cancel from outside
// has ended all of them, the race ends as cancelled. Not a checkpoint itself. O(branches).
template <Body B, Body... Bs>
auto race(B&& body WASIO_LIFETIMEBOUND, Bs&&... bodies WASIO_LIFETIMEBOUND) {
  return detail::Race<std::decay_t<B>, std::decay_t<Bs>...>(std::in_place, std::forward<B>(body),
                                                            std::forward<Bs>(bodies)...);
}

// The same for a range, whose elements are moved from even if it is an lvalue. Returns the winner's
// index, in a pair with its value if the bodies have values. An empty range fails with `misuse`.
template <detail::BodyRange R>
auto race(R&& bodies WASIO_LIFETIMEBOUND) {
  return detail::RaceRange<std::ranges::range_value_t<R>>(std::forward<R>(bodies));
}

WASIO_END
