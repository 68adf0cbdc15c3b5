// Several bodies at once, all their values.
#pragma once

#include <wasio/body.h>
#include <wasio/task_handle.h>
#include <wasio/task_record.h>

#include <iterator>
#include <ranges>
#include <tuple>
#include <variant>
#include <vector>

WASIO_BEGIN
namespace detail {

// The branches run as tasks of this set while the host waits in it.
class GatherSet : public TaskSet {
 public:
  using wasio_awaitable = void;

 protected:
  void open(Frame& awaiting);
  void add_branch(TaskRecord& branch);
  // Waits for the branches; with none of them it goes on at once.
  void wait(Frame& awaiting);

 private:
  std::string_view what() const override { return "gather"; }
  Next resumed(TaskRecord& host) override;
};

// How a branch's value stands in a gather's result: nothing becomes monostate.
template <class T>
using GatherElement = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

template <class B>
GatherElement<typename Branch<B>::Value> take_value(Branch<B>& branch) {
  using Value = Branch<B>::Value;
  if constexpr (std::is_void_v<Value>) {
    return {};
  } else {
    return static_cast<Value&&>(branch.result.value());
  }
}

template <class... Bs>
class [[nodiscard("gather runs only when it is awaited")]] Gather final : public GatherSet {
 public:
  template <class... Us>
  explicit Gather(std::in_place_t, Us&&... bodies)
      : branches_(Branch<Bs>(std::in_place, std::forward<Us>(bodies))...) {}

  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> awaiting) {
    open(frame_of(awaiting));
    std::apply([this](auto&... branch) { (add_branch(branch), ...); }, branches_);
    wait(frame_of(awaiting));
  }
  std::tuple<GatherElement<typename Branch<Bs>::Value>...> await_resume() {
    return std::apply(
        [](auto&... branch) {
          return std::tuple<GatherElement<typename Branch<Bs>::Value>...>(take_value(branch)...);
        },
        branches_);
  }

 private:
  std::tuple<Branch<Bs>...> branches_;
};

template <class B>
class [[nodiscard("gather runs only when it is awaited")]] GatherRange final : public GatherSet {
 public:
  using Value = Branch<B>::Value;

  template <std::ranges::input_range R>
  explicit GatherRange(R&& bodies) {
    if constexpr (std::ranges::sized_range<R>) branches_.reserve(std::ranges::size(bodies));
    for (auto&& body : bodies) branches_.emplace_back(std::in_place, std::move(body));
  }

  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> awaiting) {
    open(frame_of(awaiting));
    for (auto& branch : branches_) add_branch(branch);
    wait(frame_of(awaiting));
  }
  auto await_resume() {
    if constexpr (!std::is_void_v<Value>) {
      std::vector<Stored<Value>> values;
      values.reserve(branches_.size());
      for (auto& branch : branches_) values.emplace_back(take_value(branch));
      return values;
    }
  }

 private:
  std::vector<Branch<B>> branches_;
};

template <class R>
concept BodyRange =
    std::ranges::input_range<R> && !WasioAwaitable<R> && Body<std::ranges::range_value_t<R>>;

} // namespace detail

// `co_await gather(a, b, ...)` runs the bodies at once, each as a task, and gives their values as a
// tuple in argument order, `monostate` for those without. The first failure cancels the others;
// when all have ended it comes out as itself, with later errors in its `others()`. A cancel from
// outside reaches every branch. No checkpoint itself. O(branches).
template <Body... Bs>
auto gather(Bs&&... bodies WASIO_LIFETIMEBOUND) {
  return detail::Gather<std::remove_cvref_t<Bs>...>(std::in_place, std::forward<Bs>(bodies)...);
}

// The same over a range, whose elements are moved from, also out of an lvalue: gives a vector, or
// nothing when the bodies give none. An empty one completes at once.
template <detail::BodyRange R>
auto gather(R&& bodies WASIO_LIFETIMEBOUND) {
  return detail::GatherRange<std::ranges::range_value_t<R>>(std::forward<R>(bodies));
}

WASIO_END
