// A value whose changes tasks can wait for.
#pragma once

#include <wasio/detail/wait_line.h>
#include <wasio/task.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <utility>

WASIO_BEGIN

namespace detail {

// The part of a Watch that does not depend on the value: how often it was set, and its waiters.
class WatchState {
 public:
  std::uint64_t version() const { return version_; }
  std::size_t waiting() const { return line_.size(); }

 protected:
  void was_set();

 private:
  friend class WatchWait;
  std::uint64_t version_ = 0;
  WaitLine line_;
};

class [[nodiscard("a wait begins only when it is awaited")]] WatchWait final : public LineWait {
 public:
  WatchWait(WatchState& state, std::uint64_t seen) : state_(&state), seen_(seen) {}
  std::uint64_t await_resume() const noexcept { return state_->version(); }

 private:
  friend WatchState;
  std::string_view what() const override { return "watch"; }
  void start() override;

  WatchState* state_;
  std::uint64_t seen_;
};

} // namespace detail

// The latest value of something: one side sets it, and tasks wait until it has changed.
//
//   auto seen = state.version();
//   for (;;) {
//     show(state.get());
//     seen = co_await state.changed(seen);
//   }
//
// A task that looks rarely sees only the latest value: values in between are not kept. It never
// misses the last one, because `changed(seen)` completes immediately if the value was set since
// `seen`. For every value, use a channel or a broadcast.
//
// Must outlive its waiters (otherwise they fail with `misuse`).
template <class T>
class Watch : private detail::WatchState {
 public:
  explicit Watch(T initial = T()) : value_(std::move(initial)) {}
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  // The latest value. A later `set` changes what the reference refers to, so copy what must stay
  // the same across an await. O(1).
  const T& get() const { return value_; }
  // Replaces the value and wakes all waiters, also if the new value equals the old one. Runs no
  // task. O(waiting).
  void set(T value) {
    value_ = std::move(value);
    was_set();
  }
  // The same in place: calls `change(T&)`.
  template <std::invocable<T&> F>
  void update(F&& change) {
    std::forward<F>(change)(value_);
    was_set();
  }

  // How many times the value was set: what to pass to `changed`.
  using WatchState::version;
  // Waits until the value was set since `version()` returned `seen`, and returns the version that
  // is the latest when the task continues. Cancel point, and schedule point if it waits. O(1), no
  // allocation.
  detail::WatchWait changed(std::uint64_t seen) { return {*this, seen}; }
  // Waits until `holds(value)` returns true for the latest value; values in between may be missed.
  // Checks it immediately, and then whenever the task continues after a change.
  template <std::predicate<const T&> P>
  Task<> wait(P holds) {
    for (std::uint64_t seen = version(); !holds(get());) seen = co_await changed(seen);
  }
  using WatchState::waiting;

 private:
  T value_;
};

WASIO_END
