// Bodies that run concurrently for one awaiter: what gather, race and as_completed share.
#pragma once

#include <wasio/detail/spawned_task.h>
#include <wasio/detail/task_set.h>

#include <concepts>
#include <cstddef>
#include <iterator>
#include <ranges>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

WASIO_BEGIN
namespace detail {

// One body, run as a task. The task and its result live in the awaiter; nothing else refers to it.
template <class B>
class Branch final : public BodyTask<typename BodyResult<B>::type, B> {
 public:
  using Value = BodyResult<B>::type;
  using BodyTask<Value, B>::BodyTask;

 private:
  void no_references() override {}
};

// The type of a value in a tuple or a variant: void becomes monostate.
template <class T>
using Element = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

// Moves the value out of a branch that ended with one.
template <class B>
Element<typename Branch<B>::Value> take_value(Branch<B>& branch) {
  using Value = Branch<B>::Value;
  if constexpr (std::is_void_v<Value>) {
    return {};
  } else {
    return static_cast<Value&&>(branch.result().value());
  }
}

// The branches run as tasks of this set while the host task waits in it.
class BranchSet : public TaskSet {
 public:
  using wasio_awaitable = void;

 protected:
  BranchSet() { needs_results_ = true; }
  BranchSet(BranchSet&&) = default;
  ~BranchSet() = default;

  void open(Frame& awaiting);
  void add_branch(TaskRecord& branch);
  // The awaiting frame fails: no branch may run.
  void refuse_no_concurrency(Frame& awaiting) const;
  // Waits for the branches. If there are none, the awaiter continues immediately.
  void wait(Frame& awaiting);
};

// A set of branches whose types are listed one by one.
template <std::derived_from<BranchSet> Set, class... Branches>
class BranchTuple : public Set {
 public:
  template <class... Us>
  explicit BranchTuple(std::in_place_t, Us&&... bodies)
      : branches_(Branches(std::in_place, std::forward<Us>(bodies))...) {}

  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> awaiting) {
    this->open(frame_of(awaiting));
    std::apply([this](auto&... branch) { (this->add_branch(branch), ...); }, branches_);
    this->wait(frame_of(awaiting));
  }

 protected:
  BranchTuple(BranchTuple&&) = default;
  ~BranchTuple() = default;

  std::tuple<Branches...> branches_;
};

// A set with one branch for each body of a range.
template <std::derived_from<BranchSet> Set, class B>
class BranchRange : public Set {
 public:
  using Value = Branch<B>::Value;

  template <std::ranges::input_range R>
  explicit BranchRange(R&& bodies) {
    if constexpr (std::ranges::sized_range<R>) branches_.reserve(std::ranges::size(bodies));
    for (auto&& body : bodies) branches_.emplace_back(std::in_place, std::move(body));
  }

  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> awaiting) {
    this->open(frame_of(awaiting));
    for (auto& branch : branches_) this->add_branch(branch);
    this->wait(frame_of(awaiting));
  }

 protected:
  BranchRange(BranchRange&&) = default;
  ~BranchRange() = default;

  // The index in the range of the branch that `record` is.
  std::size_t index_of(const TaskRecord& record) const {
    return static_cast<std::size_t>(static_cast<const Branch<B>*>(&record) - branches_.data());
  }

  std::vector<Branch<B>> branches_;
};

// A BranchRange of which at most `concurrency` branches run at the same time: when one ends, the
// next begins. A branch that has not begun when the set is cancelled never begins.
template <std::derived_from<BranchSet> Set, class B>
class LimitedBranchRange : public BranchRange<Set, B> {
 public:
  template <std::ranges::input_range R>
  LimitedBranchRange(R&& bodies, std::size_t concurrency)
      : BranchRange<Set, B>(std::forward<R>(bodies)), concurrency_(concurrency) {
    this->heeds_all_ = true;
  }
  LimitedBranchRange(LimitedBranchRange&&) = default;
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> awaiting) {
    awaited_ = true;
    if (concurrency_ == 0) return this->refuse_no_concurrency(frame_of(awaiting));
    this->open(frame_of(awaiting));
    while (next_ < concurrency_ && next_ < this->branches_.size()) begin_next();
    this->wait(frame_of(awaiting));
  }

 protected:
  // Branches that were never begun, on purpose.
  ~LimitedBranchRange() {
    if (!awaited_) return;
    const QuietDiscards quiet;
    this->branches_.clear();
  }

 private:
  void begin_next() { this->add_branch(this->branches_[next_++]); }
  void child_ended(TaskRecord& branch, Ending how) override {
    Set::child_ended(branch, how);
    if (next_ == this->branches_.size()) return;
    if (this->reached) return Set::child_ended(branch, Ending::cancelled); // the rest never begins
    begin_next();
  }

  std::size_t concurrency_;
  std::size_t next_ = 0; // the first branch that has not begun
  bool awaited_ = false;
};

template <class R>
concept BodyRange =
    std::ranges::input_range<R> && !WasioAwaitable<R> && Body<std::ranges::range_value_t<R>>;

} // namespace detail
WASIO_END
