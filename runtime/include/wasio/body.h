// What a combinator accepts: a Task, an awaitable, or a callable that returns one.
#pragma once

#include <wasio/task.h>
#include <wasio/wait.h>

#include <type_traits>
#include <utility>
#if WASIO_EXCEPTIONS
#include <exception>
#endif

WASIO_BEGIN
namespace detail {

struct Carrier;

// The promise of a coroutine that only carries a body: it records no place.
template <class T>
struct CarrierPromise : Promise<T> {
  template <class... Parameters>
  explicit CarrierPromise(Parameters&...) noexcept {}

  std::suspend_always initial_suspend() noexcept { return {}; }
  template <class A>
  A&& await_transform(A&& awaitable) {
    return static_cast<A&&>(awaitable);
  }
};

} // namespace detail
WASIO_END

template <class T, class... Args>
struct std::coroutine_traits<wasio::Task<T>, wasio::detail::Carrier, Args...> {
  using promise_type = wasio::detail::CarrierPromise<T>;
};

WASIO_BEGIN
namespace detail {

template <class T>
struct IsTask : std::false_type {};
template <class T>
struct IsTask<Task<T>> : std::true_type {};

template <class B>
concept TaskBody = IsTask<std::remove_cvref_t<B>>::value;

template <class B>
concept DirectBody = TaskBody<B> || WasioAwaitable<B>;

// A callable body may take what it runs in (a group) by reference.
template <class B, class... Args>
concept CallableBody = !DirectBody<B> && std::invocable<B&, Args...>;

template <class A>
struct DirectResult {
  using type = decltype(std::declval<A&>().await_resume());
};
template <class A>
  requires requires(A awaitable) { std::move(awaitable).operator co_await(); }
struct DirectResult<A> : DirectResult<decltype(std::declval<A>().operator co_await())> {};

template <class B, class... Args>
struct BodyResult : DirectResult<std::remove_cvref_t<B>> {};
template <class B, class... Args>
  requires CallableBody<B, Args...>
struct BodyResult<B, Args...> {
  using Returned = std::remove_cvref_t<std::invoke_result_t<B&, Args...>>;
  static_assert(std::is_void_v<Returned> || DirectBody<Returned>,
                "a body must be a Task, an awaitable, or a callable that returns one or nothing");
  using type = std::conditional_t<std::is_void_v<Returned>, std::type_identity<void>,
                                  DirectResult<Returned>>::type;
};

// Marks the coroutines below, which only carry a body: they do not appear in await chains.
struct Carrier {};

template <class A>
Task<typename DirectResult<A>::type> await_in_task(Carrier, A awaitable) {
  co_return co_await std::move(awaitable);
}
template <class F, class... Args>
Task<> call_in_task(Carrier, F& function, Args&... args) {
  function(args...);
  co_return;
}

#if WASIO_EXCEPTIONS
template <class T>
Task<T> throw_in_task(Carrier, std::exception_ptr thrown) {
  std::rethrow_exception(std::move(thrown));
  co_await std::suspend_always(); // makes it a coroutine
}
#endif

// Makes a Task of a Task or an awaitable.
template <class T>
WASIO_CORO_WRAPPER Task<T> as_task(Task<T>&& task) {
  return std::move(task);
}
template <WasioAwaitable A>
WASIO_CORO_WRAPPER auto as_task(A&& awaitable) {
  return await_in_task<std::remove_cvref_t<A>>(Carrier(), std::forward<A>(awaitable));
}

// Unwraps a `std::ref`, because WASIO_CHECK_LIFETIMES does not know its call operator as a
// coroutine wrapper.
template <class F>
F& callee(F& callable) {
  return callable;
}
template <class F>
F& callee(std::reference_wrapper<F>& callable) {
  return callable;
}

// Keeps a body until it begins, and a callable for as long as it runs.
template <class B>
class BodyHolder {
 public:
  template <class U>
  explicit BodyHolder(std::in_place_t, U&& body) : body_(std::forward<U>(body)) {}

  // Called once. Returns an empty Task if memory is exhausted. An exception that the callable
  // itself throws is an error of the body, like one that its coroutine throws.
  template <class... Args>
  WASIO_CORO_WRAPPER auto begin(Args&... args) -> Task<typename BodyResult<B, Args&...>::type> {
#if WASIO_EXCEPTIONS
    try {
      return make_task(args...);
    } catch (...) {
      return throw_in_task<typename BodyResult<B, Args&...>::type>(Carrier(),
                                                                   std::current_exception());
    }
#else
    return make_task(args...);
#endif
  }

 private:
  template <class... Args>
  WASIO_CORO_WRAPPER auto make_task(Args&... args) -> Task<typename BodyResult<B, Args&...>::type> {
    if constexpr (DirectBody<B>) {
      return as_task(std::move(body_));
    } else if constexpr (std::is_void_v<std::invoke_result_t<B&, Args&...>>) {
      return call_in_task(Carrier(), body_, args...);
    } else {
      return as_task(callee(body_)(args...));
    }
  }

  B body_;
};

// The base of the combinators: an awaitable that is the boundary above which its body runs. It is
// awaited once and may move before that.
template <class B, class... Args>
class BodyBoundary : public InnerBoundary {
 public:
  using wasio_awaitable = void;
  using Value = BodyResult<B, Args&...>::type;

  bool await_ready() const noexcept { return false; }

 protected:
  template <class U>
  explicit BodyBoundary(std::in_place_t, U&& body) : body_(std::in_place, std::forward<U>(body)) {}
  BodyBoundary(BodyBoundary&&) = default;
  ~BodyBoundary() = default;

  // Starts the body above this boundary. If there is nothing to start, the body has failed.
  Transfer start(Frame& awaiting, Args&... args) {
    parent = &awaiting;
    Frame* const first = release_frame(body_.begin(args...));
    if (!first) [[unlikely]] {
      end_without_task(*this);
      return back_to_loop();
    }
    first->stand_on(*this);
    first->slot = &slot_;
    return transfer_to(*first);
  }

  BodyHolder<B> body_;
  Slot<Value> slot_;
};

} // namespace detail

// Anything that a combinator can run: a Task, an awaitable from the library, a type derived from
// `Wait`, or a callable without arguments that returns one of these or nothing, such as a lambda or
// a `std::function<Task<>()>`. `std::ref(callable)` avoids a copy. Await a combinator where it is
// made: it refers to what its body refers to.
template <class B>
concept Body = detail::DirectBody<B> || detail::CallableBody<std::decay_t<B>>;

// The type that awaiting the body returns.
template <class B>
using body_result_t = detail::BodyResult<std::decay_t<B>>::type;

WASIO_END
