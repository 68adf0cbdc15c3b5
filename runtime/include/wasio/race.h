// Several bodies at once, the first that comes to an end.
#pragma once

#include <wasio/detail/branch.h>

WASIO_BEGIN
namespace detail {

// The first branch that ends with a value or an error decides; the others are cancelled.
class RaceSet : public BranchSet {
 protected:
  RaceSet() { heeds_values_ = true; }
  // A range without bodies: the awaiting frame fails.
  static void refuse_empty(Frame& awaiting);

  TaskRecord* winner_ = nullptr; // once there is one with a value

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

// `co_await race(a, b, ...)` runs the bodies at once, each as a task. The first that comes to an
// end, a value or an error, decides; of two in one pass it is the first. The others are cancelled,
// and when they have ended the race gives the value in a variant, whose index says whose it is
// (`monostate` for nothing, a reference_wrapper for a reference), or fails with the error.
//
// The winner's value stands, whatever the others do, and whatever cancel comes. Errors of the
// others are the `others()` of the error that decided, or else go to the unhandled-error hook. A
// body that ends as cancelled decides nothing: when a cancel from outside has ended all of them,
// the race ends as cancelled. No checkpoint itself. O(branches).
template <Body B, Body... Bs>
auto race(B&& body WASIO_LIFETIMEBOUND, Bs&&... bodies WASIO_LIFETIMEBOUND) {
  return detail::Race<std::decay_t<B>, std::decay_t<Bs>...>(std::in_place, std::forward<B>(body),
                                                            std::forward<Bs>(bodies)...);
}

// The same over a range, whose elements are moved from, also out of an lvalue: gives the index of
// the winner, with its value as a pair if the bodies give one. An empty one fails with `misuse`.
template <detail::BodyRange R>
auto race(R&& bodies WASIO_LIFETIMEBOUND) {
  return detail::RaceRange<std::ranges::range_value_t<R>>(std::forward<R>(bodies));
}

WASIO_END
