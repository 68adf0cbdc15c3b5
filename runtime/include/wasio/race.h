// Runs several bodies concurrently until the first one finishes.
#pragma once

#include <wasio/select.h>

WASIO_BEGIN
namespace detail {

// The first branch that ends with a value or an error decides the race; the others are cancelled.
class RaceSet : public BranchSet {
 protected:
  RaceSet() { heeds_all_ = true; }
  RaceSet(RaceSet&&) = default;
  ~RaceSet() = default;

  // The range is empty: the awaiting frame fails.
  static void refuse_empty(Frame& awaiting);

  void child_ended(TaskRecord& branch, Ending how) override;
  Next resumed(TaskRecord& host) override;
  void cancel_losers();
  bool has_won(const TaskRecord& branch) const { return winner_ == &branch; }

  TaskRecord* winner_ = nullptr; // set once a branch has won with a value

 private:
  std::string_view what() const override { return "race"; }
};

// Some of the branches are plain waits, which the host arms itself: they have no tasks.
class MixedRaceSet : public RaceSet {
 protected:
  MixedRaceSet() = default;
  MixedRaceSet(MixedRaceSet&&) = default;
  ~MixedRaceSet() = default;

  void add_branch(WaitBranch& branch) { waits_.add(branch); }
  using RaceSet::add_branch;
  void wait(Frame& awaiting);
  bool has_won(const WaitBranch& branch) const { return waits_.winner() == branch.wait; }
  using RaceSet::has_won;

 private:
  void child_ended(TaskRecord& branch, Ending how) override;
  void branch_ended(Wait& branch) override;
  Stop stop() override;
  Next resumed(TaskRecord& host) override;
  void arm_waits();

  WaitBranches waits_;
};

// A wait of a mixed race is a branch without a task.
template <class B>
struct RaceBranch : std::type_identity<Branch<B>> {};
template <Selectable B>
struct RaceBranch<B> : std::type_identity<WaitBranchOf<B>> {};

template <class Set, class... Branches>
class [[nodiscard("a race runs only when it is awaited")]] Race final
    : public BranchTuple<Set, Branches...> {
 public:
  using Winner = std::variant<Element<Stored<typename Branches::Value>>...>;
  using BranchTuple<Set, Branches...>::BranchTuple;

  Winner await_resume() { return take<0>(); }

 private:
  template <std::size_t i>
  Winner take() {
    auto& branch = std::get<i>(this->branches_);
    if constexpr (i + 1 < sizeof...(Branches)) {
      if (!this->has_won(branch)) return take<i + 1>();
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
// A body that is a plain wait (see `select`) needs no task: it is armed when the race begins, and
// if another branch wins it has had no effect. A body with several awaits may have done a part of
// its work when it loses. A race of plain waits only is a `select`.
//
// The winner's value is final, whatever the others do and whatever cancel arrives. Errors of the
// others become the `others()` of a deciding error; if a value decided, they go to the
// unhandled-error hook. A body that ends as cancelled decides nothing: when a cancel from outside
// has ended all of them, the race ends as cancelled. Not a checkpoint itself. O(branches).
template <Body B, Body... Bs>
auto race(B&& body WASIO_LIFETIMEBOUND, Bs&&... bodies WASIO_LIFETIMEBOUND) {
  using namespace detail;
  if constexpr (Selectable<B> && (Selectable<Bs> && ...)) {
    return select(std::forward<B>(body), std::forward<Bs>(bodies)...);
  } else {
    constexpr bool mixed = Selectable<B> || (Selectable<Bs> || ...);
    using Set = std::conditional_t<mixed, MixedRaceSet, RaceSet>;
    return Race<Set, typename RaceBranch<std::decay_t<B>>::type,
                typename RaceBranch<std::decay_t<Bs>>::type...>(
        std::in_place, std::forward<B>(body), std::forward<Bs>(bodies)...);
  }
}

// The same for a range, whose elements are moved from even if it is an lvalue. Returns the winner's
// index, in a pair with its value if the bodies have values. An empty range fails with `misuse`.
template <detail::BodyRange R>
auto race(R&& bodies WASIO_LIFETIMEBOUND) {
  using B = std::ranges::range_value_t<R>;
  if constexpr (detail::WaitRange<R>) {
    return detail::SelectRange<B>("race()", SelectOptions(), std::forward<R>(bodies));
  } else {
    return detail::RaceRange<B>(std::forward<R>(bodies));
  }
}

WASIO_END
