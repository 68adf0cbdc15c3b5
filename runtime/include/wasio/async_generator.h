// A sequence whose values may have to be waited for.
#pragma once

#include <wasio/task.h>

#include <concepts>
#include <coroutine>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

WASIO_BEGIN

template <class T>
class AsyncGenerator;

namespace detail {

template <class T>
class NextAwaiter;

struct GeneratorPromiseBase;

// The owner's side of a generator: it has the frame while that is suspended at a `co_yield` or has
// not begun. While a `next` runs, the frame stands in the stack of the task that asked, and when an
// error or a cancel takes it down there, the owner learns it.
class GeneratorOwner {
 public:
  GeneratorOwner() = default;
  explicit GeneratorOwner(GeneratorPromiseBase* frame);
  GeneratorOwner(GeneratorOwner&& other) noexcept { take_over(other); }
  GeneratorOwner& operator=(GeneratorOwner&& other) noexcept;
  ~GeneratorOwner() { destroy(); }

  // Goes on above `awaiting`, or ends there: at once when there is nothing more to come.
  Transfer next(Frame& awaiting, void* slot);
  bool ended() const { return frame_ == nullptr; }
  // The frame has come to its end, or given a value.
  void gave();

 private:
  friend GeneratorPromiseBase;
  void take_over(GeneratorOwner& other) noexcept;
  void destroy();

  GeneratorPromiseBase* frame_ = nullptr;
  bool without_memory_ = false;
};

struct GeneratorPromiseBase : PromiseBase {
  ~GeneratorPromiseBase() {
    if (owner) owner->frame_ = nullptr;
  }
  bool running() const { return below != 0; }

  // Back to who asked, with a value or at the end.
  struct Yield {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    Transfer await_suspend(std::coroutine_handle<Promise> yielding) const noexcept {
      return transfer_to(static_cast<Frame&>(yielding.promise()).caller());
    }
    void await_resume() const noexcept {}
  };

  void return_void() {}

  GeneratorOwner* owner = nullptr; // null: nobody is to learn its end any more
};

template <class T>
struct GeneratorPromise : GeneratorPromiseBase {
  using Item = std::optional<T>;

  AsyncGenerator<T> get_return_object() noexcept { return AsyncGenerator<T>(this); }
  WASIO_CORO_WRAPPER static AsyncGenerator<T> get_return_object_on_allocation_failure() noexcept {
    return AsyncGenerator<T>(nullptr);
  }
  template <class U = T>
    requires std::constructible_from<T, U&&>
  Yield yield_value(U&& value, WASIO_AT) {
    note(at);
    static_cast<Item*>(slot)->emplace(std::forward<U>(value));
    return {};
  }
};

template <class T>
struct GeneratorPromise<T&> : GeneratorPromiseBase {
  using Item = T*;

  AsyncGenerator<T&> get_return_object() noexcept { return AsyncGenerator<T&>(this); }
  WASIO_CORO_WRAPPER static AsyncGenerator<T&> get_return_object_on_allocation_failure() noexcept {
    return AsyncGenerator<T&>(nullptr);
  }
  Yield yield_value(T& value, WASIO_AT) {
    note(at);
    *static_cast<Item*>(slot) = &value;
    return {};
  }
};

// Like the awaiter of a Task it leaves the frame to the unwinder if that comes by.
template <class T>
class [[nodiscard("next asks only when it is awaited")]] NextAwaiter {
 public:
  using wasio_awaitable = void;
  using Item = GeneratorPromise<T>::Item;

  explicit NextAwaiter(GeneratorOwner& owner) : owner_(&owner) {}

  bool await_ready() const noexcept { return false; }
  template <class Promise>
  Transfer await_suspend(std::coroutine_handle<Promise> awaiting) {
    item_ = {};
    return owner_->next(frame_of(awaiting), &item_);
  }
  Item await_resume() {
    owner_->gave();
    return std::move(item_);
  }

 private:
  GeneratorOwner* owner_;
  Item item_{};
};

} // namespace detail

// A coroutine that gives values with `co_yield` and may await between them. Lazy: nothing of it
// runs before the first `next`. It runs in the task that asks, with that one's context, cancels and
// deadlines, and stands in its await chain.
//
//   AsyncGenerator<int> count() { for (int i = 0;; ++i) { co_yield i; co_await sleep(1s); } }
//   while (auto number = co_await numbers.next()) use(*number);
//
// - Its destructor destroys the frame at once: not begun, at a `co_yield`, or finished. What has to
//   be closed by awaiting is opened outside and passed in.
// - It may move while no `next` of it runs.
// - A scope, a group or a guard inside is a body of its own, so there is no `co_yield` in it: a
//   cancel never meets a consumer that it was not aimed at.
// - An error or a cancel that comes out of `next` ends it; `ended()` says so.
template <class T>
class [[nodiscard("a generator runs only when it is asked")]] WASIO_CORO_TYPE AsyncGenerator {
 public:
  using promise_type = detail::GeneratorPromise<T>;
  using value_type = T;

  // One that has ended.
  AsyncGenerator() = default;
  AsyncGenerator(AsyncGenerator&&) noexcept = default;
  AsyncGenerator& operator=(AsyncGenerator&&) noexcept = default;

  // The next value: `optional<T>` or `T*`; nothing at the end, and ever after. The generator's own
  // errors come out. Fails with `misuse` while another `next` of it runs. No checkpoint beyond what
  // the generator awaits; a cancel there ends the generator. O(1).
  detail::NextAwaiter<T> next() WASIO_LIFETIMEBOUND { return detail::NextAwaiter<T>(owner_); }
  // There is nothing more to come.
  bool ended() const { return owner_.ended(); }

 private:
  friend promise_type;
  explicit AsyncGenerator(detail::GeneratorPromiseBase* frame) : owner_(frame) {}

  detail::GeneratorOwner owner_;
};

WASIO_END
