// Awaits awaitables of other coroutine libraries.
#pragma once

#include <wasio/body.h>
#include <wasio/wait.h>

#include <concepts>
#include <coroutine>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

WASIO_BEGIN
namespace detail {

// The awaiter that `co_await x` uses: x itself, or the result of its operator co_await.
template <class A>
decltype(auto) foreign_awaiter(A&& x) {
  if constexpr (requires { static_cast<A&&>(x).operator co_await(); }) {
    return static_cast<A&&>(x).operator co_await();
  } else if constexpr (requires { operator co_await(static_cast<A&&>(x)); }) {
    return operator co_await(static_cast<A&&>(x));
  } else {
    return static_cast<std::remove_reference_t<A>&>(x);
  }
}

template <class A>
using ForeignAwaiter = decltype(foreign_awaiter(std::declval<A>()));

// Waits on behalf of a foreign awaiter. The foreign side gets the handle of a small coroutine (the
// waker), which only completes this wait when it is resumed; so no code of the task runs inside a
// foreign call.
class AdoptedWait : public Wait {
 protected:
  AdoptedWait() = default;
  AdoptedWait(const AdoptedWait&) = default;
  ~AdoptedWait() { drop_waker(); }

  // The handle that the foreign side resumes. Returns null if memory is exhausted; the wait has
  // then failed.
  std::coroutine_handle<> make_waker();
  void drop_waker();

 private:
  struct Waker;
  // A foreign operation cannot be stopped: it completes, and its value is delivered.
  Stop stop() final { return Stop::refused; }
  std::string_view what() const final { return "foreign"; }
  static Waker wake(AdoptedWait& wait);

  std::coroutine_handle<> waker_; // suspended at its start or at its end
};

template <class A>
class [[nodiscard("a foreign awaitable begins only when it is awaited")]] Adopted final
    : public AdoptedWait {
  using Awaiter = ForeignAwaiter<A>;

 public:
  explicit Adopted(A&& x) : x_(static_cast<A&&>(x)) {}
  // Moves only before it is awaited.
  Adopted(Adopted&& other) : AdoptedWait(other), x_(static_cast<A&&>(other.x_)) {}
  ~Adopted() { forget_awaiter(); }

  // An rvalue reference may point into the awaiter: its value is moved out.
  using Value = decltype(std::declval<Awaiter&>().await_resume());
  std::conditional_t<std::is_lvalue_reference_v<Value>, Value, std::remove_cvref_t<Value>>
  await_resume() {
    return awaiter().await_resume();
  }

 private:
  // A prvalue awaiter is constructed in place; any other is referred to.
  union Place {
    Place() {}
    ~Place() {}
    std::conditional_t<std::is_reference_v<Awaiter>, std::remove_reference_t<Awaiter>*,
                       std::remove_cv_t<Awaiter>>
        awaiter;
  };

  auto& awaiter() {
    if constexpr (std::is_reference_v<Awaiter>) {
      return *place_.awaiter;
    } else {
      return place_.awaiter;
    }
  }
  void make_awaiter() {
    if constexpr (std::is_reference_v<Awaiter>) {
      auto&& made = foreign_awaiter(static_cast<A&&>(x_));
      place_.awaiter = &made;
    } else {
      new (&place_.awaiter) std::remove_cv_t<Awaiter>(foreign_awaiter(static_cast<A&&>(x_)));
    }
    has_awaiter_ = true;
  }
  // Must run before the waker is destroyed: the awaiter's destructor may still use the waker's
  // handle to unregister it.
  void forget_awaiter() {
    if (!std::exchange(has_awaiter_, false)) return;
    if constexpr (!std::is_reference_v<Awaiter>) std::destroy_at(&place_.awaiter);
  }

  void start() override {
    forget_awaiter();
    drop_waker();
    make_awaiter();
    if (awaiter().await_ready()) return complete();
    if (const auto waker = make_waker()) suspend(waker);
  }
  void suspend(std::coroutine_handle<> waker) {
    using Answer = decltype(awaiter().await_suspend(waker));
    if constexpr (std::is_void_v<Answer>) {
      awaiter().await_suspend(waker);
    } else if constexpr (std::same_as<Answer, bool>) {
      if (!awaiter().await_suspend(waker)) waker.resume();
    } else {
      awaiter().await_suspend(waker).resume();
    }
  }

  A x_;
  Place place_;
  bool has_awaiter_ = false;
};

} // namespace detail

// The argument of `adopt`: not one of wasio's awaitables, and any coroutine type can `co_await` it.
template <class A>
concept ForeignAwaitable =
    !detail::DirectBody<A> && requires(std::remove_reference_t<detail::ForeignAwaiter<A>>& awaiter,
                                       std::coroutine_handle<> waker) {
      { awaiter.await_ready() } -> std::convertible_to<bool>;
      awaiter.await_suspend(waker);
      awaiter.await_resume();
    };

// `co_await adopt(x)` awaits, in a Task, an awaitable of another library: it returns what
// `co_await x` would return, and throws what it would throw.
//
// It may complete immediately. Otherwise the foreign side, in whatever call it resumes, only
// enqueues the task. It cannot be stopped: a cancel waits until it completes, its value is
// delivered, and the next checkpoint unwinds. A cancel that came before it starts unwinds without
// starting it. If the runtime is destroyed in the meantime, the awaiter is destroyed and must not
// resume any more. Fails with `out_of_memory` if there is no memory for a small coroutine frame. An
// lvalue must live until the end, an rvalue is moved in. Cancel point, and schedule point if it
// waits. O(1).
template <ForeignAwaitable A>
auto adopt(A&& x WASIO_LIFETIMEBOUND) {
  return detail::Adopted<A>(static_cast<A&&>(x));
}

WASIO_END
