// Bodies that run at once for one awaiter: what gather, race and as_completed have in common.
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

// One of the bodies, as a task. It lives in the awaiter, and its result with it, and nobody else
// refers to it.
template <class B>
class Branch final : public BodyTask<typename BodyResult<B>::type, B> {
 public:
  using Value = BodyResult<B>::type;
  using BodyTask<Value, B>::BodyTask;

 private:
  void no_references() override {}
};

// How a value stands in a tuple or a variant: nothing becomes monostate.
template <class T>
using Element = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

// The value of a branch that has one.
template <class B>
Element<typename Branch<B>::Value> take_value(Branch<B>& branch) {
  using Value = Branch<B>::Value;
  if constexpr (std::is_void_v<Value>) {
    return {};
  } else {
    return static_cast<Value&&>(branch.result().value());
  }
}

// The branches run as tasks of this set while the host waits in it.
class BranchSet : public TaskSet {
 public:
  using wasio_awaitable = void;

 protected:
  void open(Frame& awaiting);
  void add_branch(TaskRecord& branch);
  // Waits for the branches; with none of them it goes on at once.
  void wait(Frame& awaiting);
};

// A set with branches of types that are known one by one.
template <std::derived_from<BranchSet> Set, class... Bs>
class BranchTuple : public Set {
 public:
  template <class... Us>
  explicit BranchTuple(std::in_place_t, Us&&... bodies)
      : branches_(Branch<Bs>(std::in_place, std::forward<Us>(bodies))...) {}

  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> awaiting) {
    this->open(frame_of(awaiting));
    std::apply([this](auto&... branch) { (this->add_branch(branch), ...); }, branches_);
    this->wait(frame_of(awaiting));
  }

 protected:
  std::tuple<Branch<Bs>...> branches_;
};

// A set with the branches of a range.
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
  // Where in the range the branch stands that this record is.
  std::size_t index_of(const TaskRecord& record) const {
    return static_cast<std::size_t>(static_cast<const Branch<B>*>(&record) - branches_.data());
  }

  std::vector<Branch<B>> branches_;
};

template <class R>
concept BodyRange =
    std::ranges::input_range<R> && !WasioAwaitable<R> && Body<std::ranges::range_value_t<R>>;

} // namespace detail
WASIO_END
