// Waits for the first of several events, of which exactly one takes effect.
#pragma once

#include <wasio/detail/selectable.h>

#include <string_view>

WASIO_BEGIN

struct SelectOptions {
  // If several are ready when the select begins, the first in the order of the arguments wins. With
  // `fair`, the order begins at a random one, so that none is served less than the others.
  // `Runtime::shuffle` sets the seed.
  bool fair = false;
};

namespace detail {

// What the task waits in. The branches are in the derived class.
class Selection : public WaitHost {
 protected:
  Selection(SelectOptions options, std::size_t count) : firsts_(options.fair ? count : 1) {}
  Selection(Selection&&) = default;
  ~Selection() = default;

  void open() { waits_.clear(); }
  void add_branch(WaitBranch& branch) { waits_.add(branch); }
  bool has_won(const WaitBranch& branch) const { return waits_.winner() == branch.wait; }
  static void refuse_empty(Frame& awaiting, std::string_view function);

 private:
  std::string_view what() const override { return "select"; }
  void start() final;
  Stop stop() final;
  void branch_ended(Wait& branch) final;

  WaitBranches waits_;
  std::size_t firsts_; // how many of the branches may be armed first
};

template <class... Bs>
class [[nodiscard("a select waits only when it is awaited")]] Select final : public Selection {
 public:
  using Winner = std::variant<Element<Stored<typename WaitBranchOf<Bs>::Value>>...>;

  template <class... Us>
  explicit Select(SelectOptions options, Us&&... waits)
      : Selection(options, sizeof...(Bs)), branches_(std::forward<Us>(waits)...) {}

  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> awaiting) {
    open();
    std::apply([this](auto&... branch) { (add_branch(branch), ...); }, branches_);
    return Wait::await_suspend(awaiting);
  }
  Winner await_resume() { return take<0>(); }

 private:
  template <std::size_t i>
  Winner take() {
    auto& branch = std::get<i>(branches_);
    if constexpr (i + 1 < sizeof...(Bs)) {
      if (!has_won(branch)) return take<i + 1>();
    }
    return Winner(std::in_place_index<i>, take_value(branch));
  }

  std::tuple<WaitBranchOf<Bs>...> branches_;
};

template <class B>
class [[nodiscard("a select waits only when it is awaited")]] SelectRange final : public Selection {
 public:
  template <std::ranges::sized_range R>
  SelectRange(std::string_view function, SelectOptions options, R&& waits)
      : Selection(options, std::ranges::size(waits)), function_(function) {
    branches_.reserve(std::ranges::size(waits));
    for (auto&& wait : waits) branches_.emplace_back(std::move(wait));
  }

  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> awaiting) {
    if (branches_.empty()) {
      refuse_empty(frame_of(awaiting), function_);
      return true;
    }
    open();
    for (auto& branch : branches_) add_branch(branch);
    return Wait::await_suspend(awaiting);
  }
  auto await_resume() {
    using Value = WaitBranchOf<B>::Value;
    std::size_t index = 0;
    while (!has_won(branches_[index])) ++index;
    if constexpr (std::is_void_v<Value>) {
      return index;
    } else {
      return std::pair<std::size_t, Stored<Value>>(index, take_value(branches_[index]));
    }
  }

 private:
  std::string_view function_; // for messages
  std::vector<WaitBranchOf<B>> branches_;
};

template <class R>
concept WaitRange =
    BodyRange<R> && std::ranges::sized_range<R> && Selectable<std::ranges::range_value_t<R>>;

} // namespace detail

// `co_await select(a, b, ...)` waits for the first of several events: of a channel's `receive` and
// `send_from`, an event, a handle, a lock, a permit, a sleep, a broadcast, a barrier, a stream's
// `readable()`, or of any type derived from `Wait` that `always_stops`. Exactly one of them takes
// effect; the others have then had none: no item is taken, no lock is held. Returns the winner's
// value in a variant whose index is that of the winner (`monostate` for no value, a
// `reference_wrapper` for a reference), or fails with the winner's error: failing counts as an
// event.
//
// If several are ready, the first in the order of the arguments wins. Bodies are for `race`, whose
// losers may have done a part of their work. One checkpoint as a whole: if it is cancelled before
// an event comes, nothing has taken effect. No task, no allocation, O(branches).
template <Body W, Body... Ws>
auto select(SelectOptions options, W&& wait, Ws&&... waits) {
  constexpr bool possible = detail::Selectable<W> && (detail::Selectable<Ws> && ...);
  static_assert(
      possible,
      "select() takes plain waits that can be stopped at any time: receive(), event.wait(), a "
      "handle, lock(), acquire(), sleep(), readable() and the like; a move-only item is sent with "
      "send_from(item). For a Task, a function or another awaitable use race().");
  if constexpr (possible) {
    return detail::Select<std::decay_t<W>, std::decay_t<Ws>...>(options, std::forward<W>(wait),
                                                                std::forward<Ws>(waits)...);
  }
}
template <Body W, Body... Ws>
auto select(W&& wait, Ws&&... waits) {
  return select(SelectOptions(), std::forward<W>(wait), std::forward<Ws>(waits)...);
}

// The same for a range, whose elements are moved from even if it is an lvalue. Returns the winner's
// index, in a pair with its value if the waits have values. An empty range fails with `misuse`.
// Allocates once.
template <detail::WaitRange R>
auto select(R&& waits, SelectOptions options = {}) {
  return detail::SelectRange<std::ranges::range_value_t<R>>("select()", options,
                                                            std::forward<R>(waits));
}

WASIO_END
