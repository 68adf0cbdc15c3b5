// A value that is set once, from anywhere, and that tasks wait for.
#pragma once

#include <wasio/detail/counted.h>
#include <wasio/detail/slot.h>
#include <wasio/detail/wait_line.h>
#include <wasio/error.h>

#include <concepts>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <variant>

WASIO_BEGIN

template <class T>
class Setter;
template <class T>
class Future;
template <class T>
struct PromisePair;
template <class T = void>
PromisePair<T> promise();

namespace detail {

// The part that does not depend on the value.
class PromiseState {
 public:
  enum class Is : std::uint8_t { open, value, failed };

  Is is() const { return is_; }
  const Error& error() const { return error_; }
  // Whether a value can still be set and a Future wants it.
  bool wanted() const { return is_ == Is::open && futures != 0; }
  void settle(Is is);
  void fail(Error error);

  std::uint32_t futures = 0; // Futures and their waits
  WaitLine line;

 private:
  Is is_ = Is::open;
  Error error_;
};

// It lives while a Setter, a Future or a wait refers to it.
template <class T>
struct PromiseOf final : PromiseState, Counted<PromiseOf<T>> {
  PromiseOf() = default;
  PromiseOf(const PromiseOf&) = delete;
  PromiseOf& operator=(const PromiseOf&) = delete;
  ~PromiseOf() {
    if (is() == Is::value) value.destroy();
  }
  void no_references() { delete this; }

  [[no_unique_address]] Slot<T> value;
};

// A counted reference of the waiting side.
template <class T>
class FutureRef {
 public:
  FutureRef() = default;
  explicit FutureRef(Ref<PromiseOf<T>> state) : state_(std::move(state)) { count(); }
  FutureRef(const FutureRef& other) noexcept : state_(other.state_) { count(); }
  FutureRef(FutureRef&& other) noexcept = default;
  FutureRef& operator=(FutureRef other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~FutureRef() {
    if (state_) --state_->futures;
  }
  explicit operator bool() const { return static_cast<bool>(state_); }
  PromiseOf<T>& operator*() const { return *state_; }

 private:
  void count() {
    if (state_) ++state_->futures;
  }
  Ref<PromiseOf<T>> state_;
};

class PromiseWait : public LineWait {
 public:
  // Called when the promise has been kept or broken.
  void look(PromiseState& state) {
    if (state.is() == PromiseState::Is::failed) return fail(state.error());
    complete();
  }

 protected:
  PromiseWait() = default;
  PromiseWait(const PromiseWait&) = default;
  ~PromiseWait() = default;
  void begin(PromiseState& state) {
    if (state.is() == PromiseState::Is::open) return state.line.add(*this);
    look(state);
  }

 private:
  std::string_view what() const override { return "future"; }
};

template <class T>
class FutureWaitBase : public PromiseWait {
 protected:
  explicit FutureWaitBase(FutureRef<T> state) : state_(std::move(state)) {}
  FutureWaitBase(FutureWaitBase&&) = default;
  FutureWaitBase(const FutureWaitBase&) = default;
  ~FutureWaitBase() { leave_line(); } // before `state_`, which may destroy the line

  FutureRef<T> state_;

 private:
  void start() override { begin(*state_); }
};

template <class T>
class [[nodiscard("a wait begins only when it is awaited")]] FutureWait final
    : public FutureWaitBase<T> {
 public:
  explicit FutureWait(FutureRef<T> state) : FutureWaitBase<T>(std::move(state)) {}
  std::add_lvalue_reference_t<T> await_resume() { return (*this->state_).value.value(); }
};

template <class T>
class [[nodiscard("a wait begins only when it is awaited")]] FutureTake final
    : public FutureWaitBase<T> {
 public:
  explicit FutureTake(FutureRef<T> state) : FutureWaitBase<T>(std::move(state)) {}
  T await_resume() {
    auto& state = *this->state_;
    if constexpr (std::is_object_v<T> && std::copy_constructible<T>) {
      if (state.futures > 1) return state.value.value();
    }
    if constexpr (!std::is_void_v<T>) return static_cast<T&&>(state.value.value());
  }
};

Error abandoned_promise();

} // namespace detail

// The waiting side. Copies refer to the same value; many tasks may wait for it.
template <class T = void>
class Future {
 public:
  // Refers to nothing, as does a moved-from Future: awaiting it panics.
  Future() = default;

  // Whether it refers to something.
  explicit operator bool() const { return static_cast<bool>(state_); }
  // Whether a value or an error has been set, so that awaiting it does not wait.
  bool done() const { return state().is() != detail::PromiseState::Is::open; }

  // `co_await future` waits for the value and returns a reference to it, which lives as long as any
  // Future. `co_await std::move(future)` returns the value itself: moved out if no other Future
  // refers to it, otherwise copied if it can be copied. Fails with the error that was set, and with
  // `closed` if the Setter was destroyed without setting anything. Cancel point, and schedule point
  // if it waits; a cancelled wait changes nothing. O(1), no allocation.
  using wasio_awaitable = void;
  detail::FutureWait<T> operator co_await() const& {
    state();
    return detail::FutureWait<T>(state_);
  }
  detail::FutureTake<T> operator co_await() && {
    state();
    return detail::FutureTake<T>(std::move(state_));
  }

 private:
  friend PromisePair<T> promise<T>();
  explicit Future(detail::Ref<detail::PromiseOf<T>> state) : state_(std::move(state)) {}

  detail::PromiseOf<T>& state() const {
    if (!state_) panic("this Future refers to nothing: it was moved from or never filled");
    return *state_;
  }

  detail::FutureRef<T> state_;
};

// The setting side, which has one owner. Destroyed without having set anything, it fails the Future
// with `closed`.
template <class T = void>
class Setter {
 public:
  // Refers to nothing, as does a moved-from Setter: `set` and `fail` then panic.
  Setter() = default;
  Setter(Setter&&) noexcept = default;
  Setter& operator=(Setter&& other) noexcept {
    if (this == &other) return *this;
    abandon();
    state_ = std::move(other.state_);
    return *this;
  }
  ~Setter() { abandon(); }

  // Sets the value and wakes all waiters. Returns whether anything can receive it: false without
  // effect if a value or an error has been set before, or no Future is left. Runs no task.
  // O(waiting).
  bool set(std::conditional_t<std::is_void_v<T>, std::monostate, T> value)
    requires(!std::is_void_v<T>)
  {
    return put(std::forward<T>(value));
  }
  bool set()
    requires std::is_void_v<T>
  {
    return put();
  }
  // The same with an error: every await of the Future fails with it. An error that no task awaits
  // is not reported.
  bool fail(Error error) {
    if (!state().wanted()) return false;
    state().fail(std::move(error));
    return true;
  }
  // Whether there is still something to do: nothing has been set, and a Future is left.
  bool wanted() const { return state().wanted(); }

 private:
  friend PromisePair<T> promise<T>();
  explicit Setter(detail::Ref<detail::PromiseOf<T>> state) : state_(std::move(state)) {}

  detail::PromiseOf<T>& state() const {
    if (!state_) panic("this Setter refers to nothing: it was moved from or never filled");
    return *state_;
  }
  template <class... Value>
  bool put(Value&&... value) {
    if (!state().wanted()) return false;
    state().value.put(std::forward<Value>(value)...);
    state().settle(detail::PromiseState::Is::value);
    return true;
  }
  void abandon() {
    if (state_ && state_->is() == detail::PromiseState::Is::open)
      state_->fail(detail::abandoned_promise());
  }

  detail::Ref<detail::PromiseOf<T>> state_;
};

template <class T>
struct PromisePair {
  Setter<T> setter;
  Future<T> future;
};

// Makes a promise: `auto [setter, future] = promise<int>();` One side sets a value or an error,
// once; the other waits for it. It connects a task with a callback, or with a task that is not its
// child; the result of a child comes from its `TaskHandle`. O(1).
template <class T>
PromisePair<T> promise() {
  const auto state = detail::Ref<detail::PromiseOf<T>>::take_over(new detail::PromiseOf<T>());
  return {Setter<T>(state), Future<T>(state)};
}

WASIO_END
