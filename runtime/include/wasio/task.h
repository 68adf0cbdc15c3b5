// Task<T>: a lazy coroutine that wasio runs.
#pragma once

#include <wasio/detail/filler.h>
#include <wasio/detail/frame.h>
#include <wasio/detail/slot.h>
#include <wasio/error.h>
#include <wasio/wait.h>

#include <concepts>
#include <coroutine>
#include <cstdint>
#include <source_location>
#include <span>
#include <type_traits>
#include <utility>

WASIO_BEGIN

template <class T>
class Task;

namespace detail {

template <class T>
class TaskAwaiter;
template <class T>
class ResultAwaiter;

// An awaitable from the library, or one derived from Wait: it can be awaited directly in a Task.
template <class A>
concept WasioAwaitable = requires { typename std::remove_cvref_t<A>::wasio_awaitable; } ||
                         std::derived_from<std::remove_cvref_t<A>, Wait>;

template <class A>
inline constexpr bool always_false = false;

void raise_current_exception();
Error current_exception_as_error();

// Takes the frame out of a Task; the caller must start and destroy it. Null: the Task is empty.
template <class T>
Frame* release_frame(Task<T>&& task);
// A Task that is only this call.
Task<std::size_t> task_of(Filler& filler, std::span<std::byte> into);

// Debug builds report a call that was not awaited, as they do a frame.
template <class T>
void discard_call([[maybe_unused]] const FillCall<T>& call) {
#if WASIO_DEBUG
  if (Frame* const frame = call.frame()) discard(*frame);
#endif
}

// The end of a frame: continues the awaiter, or returns to the task's loop if a boundary decides.
struct FinalAwaiter {
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  Transfer await_suspend(std::coroutine_handle<Promise> ended) const noexcept {
    Frame& frame = ended.promise();
#if WASIO_EXCEPTIONS
    if (ended_by_exception(frame)) return back_to_loop();
#endif
    if (!frame.at_boundary()) [[likely]]
      return transfer_to(frame.caller());
    leave_to_loop(frame, Next::leave);
    return back_to_loop();
  }
  void await_resume() const noexcept {}
  static bool ended_by_exception(Frame& frame) noexcept;
};

// The base of all promises. Every `co_await` in a Task goes through `await_transform`, which
// records the line.
struct PromiseBase : Frame {
#if WASIO_PLACES == 1
  std::suspend_always
  initial_suspend(std::source_location here = std::source_location::current()) noexcept {
    function = here;
    line = here.line();
    return {};
  }
  using At = std::uint32_t;
#define WASIO_AT [[maybe_unused]] At at = __builtin_LINE()
  void note(At at) { line = at; }
#else
  std::suspend_always initial_suspend() noexcept { return {}; }
  struct At {};
#define WASIO_AT [[maybe_unused]] At at = {}
  void note(At) {}
#endif

  FinalAwaiter final_suspend() noexcept { return {}; }

  template <class V>
  std::suspend_never yield_value(V&&) {
    static_assert(
        always_false<V>,
        "co_yield belongs in an AsyncGenerator, not in a Task. The body of a scope, a group or a "
        "guard is a coroutine of its own: return the value from it and yield that outside, or "
        "run the generator in its own task with as_channel");
    return {};
  }

  void unhandled_exception() noexcept {
#if WASIO_EXCEPTIONS
    raise_current_exception();
#endif
  }

  template <class T>
  TaskAwaiter<T> await_transform(Task<T>&& task, WASIO_AT) {
    note(at);
    return TaskAwaiter<T>(std::move(task));
  }
  template <class T>
  TaskAwaiter<T> await_transform(Task<T>& task) {
    static_assert(always_false<T>,
                  "a Task can be awaited only once, as an rvalue: co_await std::move(task)");
    return TaskAwaiter<T>(std::move(task));
  }
  template <WasioAwaitable A>
  A&& await_transform(A&& awaitable, WASIO_AT) {
    note(at);
    return static_cast<A&&>(awaitable);
  }
  template <class T>
  ResultAwaiter<T> await_transform(Result<T>&& result, WASIO_AT) {
    note(at);
    return ResultAwaiter<T>(std::move(result));
  }
  template <class T>
  ResultAwaiter<T> await_transform(const Result<T>& result, WASIO_AT) {
    note(at);
    return ResultAwaiter<T>(Result<T>(result));
  }
  template <class T>
  ResultAwaiter<T> await_transform(Result<T>& result, WASIO_AT) {
    note(at);
    return ResultAwaiter<T>(Result<T>(result));
  }
  template <class A>
    requires(!WasioAwaitable<A>)
  void await_transform(A&&) {
    static_assert(always_false<A>,
                  "a Task can await Tasks, wasio's awaitables and types derived from wasio::Wait; "
                  "await an awaitable of another library through wasio::adopt(x)");
  }
};

// What the promises of all Tasks share.
//
// Every type of promise, a generator's too, has a constructor that takes any parameters and ignores
// them. The compiler offers a coroutine's parameters to its promise's constructors, and to the copy
// constructor too, for which it would convert a parameter that converts to anything.
template <class T>
struct TaskPromise : PromiseBase {
  Task<T> get_return_object() noexcept { return Task<T>(this); }
  WASIO_CORO_WRAPPER static Task<T> get_return_object_on_allocation_failure() noexcept {
    return Task<T>(static_cast<Frame*>(nullptr));
  }
};

// `co_return` and `co_yield` convert to T as `return` does: implicitly, and in the user's own line,
// where the compiler warns if the conversion changes a value. This is their parameter's type.
template <class T>
using Returned = std::conditional_t<std::is_scalar_v<T>, T, T&&>;
// An object is converted in place instead, which saves a move; this loses no warning, since only
// conversions of scalars can change a value.
template <class U, class T>
concept ReturnedInPlace = !std::is_scalar_v<T> && !std::is_scalar_v<std::remove_cvref_t<U>> &&
                          std::is_convertible_v<U, T>;
// A reference that is bound to a temporary or to a local of the coroutine would dangle.
template <class U, class T>
concept ReturnedByReference =
    std::is_convertible_v<U, T&> && !__reference_converts_from_temporary(T&, U);

template <class T>
struct Promise : TaskPromise<T> {
  template <class... Parameters>
  explicit Promise(Parameters&...) noexcept {}

  void return_value(Returned<T> value) { put(static_cast<Returned<T>&&>(value)); }
  template <ReturnedInPlace<T> U>
  void return_value(U&& value) {
    put(std::forward<U>(value));
  }

#if WASIO_EXCEPTIONS
  // A local's destructor may throw after the value has been stored.
  void unhandled_exception() noexcept {
    if (returned_) result().destroy();
    raise_current_exception();
  }
#endif

 private:
  Slot<T>& result() { return *static_cast<Slot<T>*>(this->slot); }
  template <class U>
  void put(U&& value) {
    result().put(std::forward<U>(value));
#if WASIO_EXCEPTIONS
    returned_ = true;
#endif
  }

#if WASIO_EXCEPTIONS
  bool returned_ = false;
#endif
};

template <class T>
struct Promise<T&> : TaskPromise<T&> {
  template <class... Parameters>
  explicit Promise(Parameters&...) noexcept {}

  void return_value(T& value)
    requires(!std::is_const_v<T>)
  {
    static_cast<Slot<T&>*>(this->slot)->put(value);
  }
  template <ReturnedByReference<T> U>
    requires std::is_const_v<T>
  void return_value(U&& value) {
    static_cast<Slot<T&>*>(this->slot)->put(value);
  }
};

template <class T>
  requires std::is_void_v<T>
struct Promise<T> : TaskPromise<T> {
  template <class... Parameters>
  explicit Promise(Parameters&...) noexcept {}

  void return_void() {}
};

} // namespace detail

// A coroutine that has not begun. Nothing runs until it is awaited, spawned or passed to a
// combinator; a Task destroyed before that never runs, and debug builds report it.
//
// `co_await task` starts it immediately, without a queue or any allocation except its frame, and
// returns its value. If the task fails or is cancelled, the code after the await is never reached:
// the frames up to the next boundary (attempt, scope, group, guard, the task's root) are destroyed,
// innermost first. A Task is awaited once, as an rvalue. Awaiting a moved-from Task fails with
// `misuse`.
template <class T = void>
class [[nodiscard("a Task runs only when it is awaited or spawned")]] WASIO_CORO_TYPE Task {
 public:
  using promise_type = detail::Promise<T>;
  using value_type = T;

  Task(Task&& other) noexcept
      : frame_(std::exchange(other.frame_, nullptr)), call_(std::exchange(other.call_, {})) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(frame_, other.frame_);
    std::swap(call_, other.call_);
    return *this;
  }
  ~Task() {
    if (frame_) detail::discard(*frame_);
    if (call_) detail::discard_call(call_);
  }

  // Whether there is something to run: false once moved from, or if there was no memory for the
  // frame.
  explicit operator bool() const { return frame_ != nullptr || call_; }

  detail::TaskAwaiter<T> operator co_await() &&;

 private:
  using Call = detail::FillCall<T>;

  friend detail::TaskPromise<T>;
  friend detail::TaskAwaiter<T>;
  template <class U>
  friend detail::Frame* detail::release_frame(Task<U>&& task);
  friend Task<std::size_t> detail::task_of(detail::Filler& filler, std::span<std::byte> into);
  explicit Task(detail::Frame* frame) : frame_(frame) {}
  explicit Task(Call call) : frame_(nullptr), call_(call) {}

  // At most one of the two is set.
  detail::Frame* frame_;
  [[no_unique_address]] Call call_{};
};

namespace detail {

template <class T>
Frame* release_frame(Task<T>&& task) {
  const auto call = std::exchange(task.call_, {});
  return call ? call.frame() : std::exchange(task.frame_, nullptr);
}

WASIO_CORO_WRAPPER inline Task<std::size_t> task_of(Filler& filler, std::span<std::byte> into) {
  return Task<std::size_t>(
      FillCall<std::size_t>{.size = into.size(), .filler = &filler, .into = into.data()});
}

// The Task is empty: fails the awaiting frame, or notifies the boundary that its body failed.
void leave_without_task(Frame& awaiting);
void end_without_task(InnerBoundary& boundary);

// Awaits a child frame. Deliberately without a destructor: see the invariant of Frame.
template <class T>
class TaskAwaiter {
 public:
  explicit TaskAwaiter(Task<T>&& task)
      : child_(std::exchange(task.frame_, nullptr)), call_(std::move(task.call_)) {}

  bool await_ready() { return call_.fill(slot_, child_); }
  template <class Promise>
  Transfer await_suspend(std::coroutine_handle<Promise> awaiting) noexcept {
    Frame& parent = frame_of(awaiting);
    if (!child_) [[unlikely]] {
      leave_without_task(parent);
      return back_to_loop();
    }
    child_->stand_on(parent);
    child_->slot = &slot_;
    return transfer_to(*child_);
  }
  T await_resume() {
    if (!FillCall<T>::possible || child_) child_->handle().destroy();
    return slot_.take();
  }

 private:
  Frame* child_; // null: the Task is empty, or its call needs no frame
  [[no_unique_address]] AwaitedCall<T> call_;
  Slot<T> slot_;
};

// Returns the value of a Result, or fails with its error.
template <class T>
class ResultAwaiter {
 public:
  explicit ResultAwaiter(Result<T>&& result) : result_(std::move(result)) {}

  bool await_ready() const noexcept { return result_.has_value(); }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> awaiting) {
    leave_with_error(frame_of(awaiting), std::move(result_.error()));
  }
  T await_resume() {
    if constexpr (!std::is_void_v<T>) return *std::move(result_);
  }

 private:
  Result<T> result_;
};

} // namespace detail

template <class T>
detail::TaskAwaiter<T> Task<T>::operator co_await() && {
  return detail::TaskAwaiter<T>(std::move(*this));
}

WASIO_END
