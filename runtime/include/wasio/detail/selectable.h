// Which bodies are plain waits that can be branches without a task.
#pragma once

#include <wasio/detail/branch.h>
#include <wasio/detail/wait_branches.h>

WASIO_BEGIN
namespace detail {

// The Wait behind an awaitable: itself, or what its `operator co_await` returns.
template <class A>
struct WaitOf : std::type_identity<void> {};
template <std::derived_from<Wait> A>
struct WaitOf<A> : std::type_identity<A> {};
template <class A>
  requires requires(A awaitable) {
    typename A::wasio_awaitable;
    std::move(awaitable).operator co_await();
  }
struct WaitOf<A> : std::type_identity<decltype(std::declval<A>().operator co_await())> {};

template <class A>
concept SelectableWait = std::derived_from<A, Wait> && A::always_stops;

// The object that is copied from `B` can be a branch of `select`.
template <class B>
concept Selectable = SelectableWait<typename WaitOf<std::decay_t<B>>::type>;

// A branch with its wait.
template <Selectable B>
class WaitBranchOf : public WaitBranch {
  using W = WaitOf<B>::type;

 public:
  using Value = decltype(std::declval<W&>().await_resume());

  template <class U>
    requires(!std::same_as<std::remove_cvref_t<U>, WaitBranchOf>)
  explicit WaitBranchOf(U&& awaitable)
      : WaitBranch(wait_), wait_(wait_of(std::forward<U>(awaitable))) {}
  template <class U>
  explicit WaitBranchOf(std::in_place_t, U&& awaitable)
      : WaitBranchOf(std::forward<U>(awaitable)) {}
  WaitBranchOf(WaitBranchOf&& other) : WaitBranch(wait_), wait_(std::move(other.wait_)) {}
  WaitBranchOf& operator=(WaitBranchOf&&) = delete;

  Value take() { return wait_.await_resume(); }

 private:
  template <class U>
  static W wait_of(U&& awaitable) {
    if constexpr (std::same_as<W, B>) {
      return W(std::forward<U>(awaitable));
    } else {
      return B(std::forward<U>(awaitable)).operator co_await();
    }
  }

  W wait_;
};

template <Selectable B>
Element<typename WaitBranchOf<B>::Value> take_value(WaitBranchOf<B>& branch) {
  if constexpr (std::is_void_v<typename WaitBranchOf<B>::Value>) {
    return {};
  } else {
    return branch.take();
  }
}

} // namespace detail
WASIO_END
