// Asynchronous generators: sequences whose values may have to be awaited.
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

template <class T>
struct ElementsOf;

// The owner's side of a generator. It owns the frame while that is suspended at a `co_yield` or has
// not started. While a `next` runs, the frame is on the stack of the task that called it; if an
// error or a cancel unwinds it there, the frame's promise resets `frame_`.
class GeneratorOwner {
 public:
  GeneratorOwner() = default;
  explicit GeneratorOwner(GeneratorPromiseBase* frame);
  GeneratorOwner(GeneratorOwner&& other) noexcept { take_over(other); }
  GeneratorOwner& operator=(GeneratorOwner&& other) noexcept;
  ~GeneratorOwner() { destroy(); }

  // Resumes the generator on top of `awaiting`; returns to `awaiting` immediately if the generator
  // has ended.
  Transfer next(Frame& awaiting, void* slot);
  // Resumes the generator on top of `outer`, a generator whose values it yields from now on;
  // returns to `outer` immediately if it has ended.
  Transfer yield_for(GeneratorPromiseBase& outer);
  bool ended() const { return frame_ == nullptr; }
  // Called when the frame has yielded a value or finished.
  void gave();

 private:
  friend GeneratorPromiseBase;
  void take_over(GeneratorOwner& other) noexcept;
  void destroy();

  GeneratorPromiseBase* frame_ = nullptr;
  bool without_memory_ = false;
};

// Generators that yield the values of others, by `co_yield elements_of(...)`, form a line. A `next`
// of the root resumes the leaf, and each value goes from there to the consumer, however long the
// line is:
//
//     consumer <-- root <-- generator <-- leaf        `below`
//        ^          | ^         | ^-------- |         `root`
//        `----------' `---------'-----------'
//         a value of the leaf goes to `root->slot` and to the frame below the root
//
// Invariant: while the root is suspended at a `co_yield`, `root->leaf` is where it continues.
struct GeneratorPromiseBase : PromiseBase {
  ~GeneratorPromiseBase() {
    if (owner) owner->frame_ = nullptr;
  }
  bool running() const { return below != 0; }

  // Returns to the caller of `next`, with a value or at the end.
  struct Yield {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    Transfer await_suspend(std::coroutine_handle<Promise> yielding) const noexcept {
      return transfer_to(yielding.promise().root->caller());
    }
    void await_resume() const noexcept {}
  };

  void return_void() {}

  // Yields the values of another generator, which it owns, until that has ended.
  class Delegation {
   public:
    explicit Delegation(GeneratorOwner&& inner) : inner_(std::move(inner)) {}
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    Transfer await_suspend(std::coroutine_handle<Promise> yielding) {
      outer_ = &yielding.promise();
      return inner_.yield_for(*outer_);
    }
    void await_resume() {
      outer_->root->leaf = outer_;
      inner_.gave();
    }

   private:
    GeneratorOwner inner_;
    GeneratorPromiseBase* outer_ = nullptr;
  };

  GeneratorOwner* owner = nullptr; // null: its end need not be reported any more
  GeneratorPromiseBase* root = this;
  GeneratorPromiseBase* leaf = this; // set in the root only
};

template <class T>
struct GeneratorPromise : GeneratorPromiseBase {
  using Item = std::optional<T>;

  template <class... Parameters>
  explicit GeneratorPromise(Parameters&...) noexcept {}

  AsyncGenerator<T> get_return_object() noexcept { return AsyncGenerator<T>(this); }
  WASIO_CORO_WRAPPER static AsyncGenerator<T> get_return_object_on_allocation_failure() noexcept {
    return AsyncGenerator<T>(nullptr);
  }
  Yield yield_value(Returned<T> value, WASIO_AT) {
    note(at);
    static_cast<Item*>(root->slot)->emplace(static_cast<Returned<T>&&>(value));
    return {};
  }
  template <ReturnedInPlace<T> U>
  Yield yield_value(U&& value, WASIO_AT) {
    note(at);
    static_cast<Item*>(root->slot)->emplace(std::forward<U>(value));
    return {};
  }
  Delegation yield_value(ElementsOf<T> inner, WASIO_AT) {
    note(at);
    return Delegation(std::move(inner.owner));
  }
};

template <class T>
struct GeneratorPromise<T&> : GeneratorPromiseBase {
  using Item = T*;

  template <class... Parameters>
  explicit GeneratorPromise(Parameters&...) noexcept {}

  AsyncGenerator<T&> get_return_object() noexcept { return AsyncGenerator<T&>(this); }
  WASIO_CORO_WRAPPER static AsyncGenerator<T&> get_return_object_on_allocation_failure() noexcept {
    return AsyncGenerator<T&>(nullptr);
  }
  Yield yield_value(T& value, WASIO_AT) {
    note(at);
    *static_cast<Item*>(root->slot) = &value;
    return {};
  }
  Delegation yield_value(ElementsOf<T&> inner, WASIO_AT) {
    note(at);
    return Delegation(std::move(inner.owner));
  }
};

// Like a Task's awaiter, it leaves the frame to the unwinder when the task unwinds.
template <class T>
class [[nodiscard("next() runs only when it is awaited")]] NextAwaiter {
 public:
  using wasio_awaitable = void;
  using Item = GeneratorPromise<T>::Item;

  explicit NextAwaiter(GeneratorOwner& owner) : owner_(&owner) {}

  bool await_ready() const noexcept { return false; }
  template <class Promise>
  Transfer await_suspend(std::coroutine_handle<Promise> awaiting) {
    std::destroy_at(&item_); // not assigned: T need not be assignable
    std::construct_at(&item_);
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

template <class T>
struct ElementsOf {
  GeneratorOwner owner;
};

// What `begin()` of a generator would return, so that the message below is the only one.
template <class T>
struct NoIterator {
  std::add_lvalue_reference_t<T> operator*() const;
  NoIterator& operator++();
  bool operator!=(NoIterator) const;
};

} // namespace detail

// A coroutine that yields values with `co_yield` and may await between them. Lazy: none of it runs
// before the first `next`. It runs in the task that calls `next`, with that task's context, cancels
// and deadlines, and appears in its await chain.
//
//   AsyncGenerator<int> count() { for (int i = 0;; ++i) { co_yield i; co_await sleep(1s); } }
//   while (auto number = co_await numbers.next()) use(*number);
//
// - Its destructor destroys the frame immediately: not started, at a `co_yield`, or finished. A
//   resource that must be awaited to close is opened outside and passed in.
// - It may be moved or destroyed only while no `next` of it runs; otherwise it panics.
// - A scope, group or guard inside runs a body of its own, and that body cannot `co_yield` from the
//   generator: so a cancel never hits a consumer that it was not aimed at.
// - An error or a cancel that comes out of `next` ends it; `ended()` is then true.
template <class T>
class [[nodiscard("a generator runs only when next() is awaited")]] WASIO_CORO_TYPE AsyncGenerator {
 public:
  using promise_type = detail::GeneratorPromise<T>;
  using value_type = T;

  // An ended generator.
  AsyncGenerator() = default;
  AsyncGenerator(AsyncGenerator&&) noexcept = default;
  AsyncGenerator& operator=(AsyncGenerator&&) noexcept = default;

  // Returns the next value as `optional<T>`, or as `T*` for an AsyncGenerator<T&>; empty at the end
  // and forever after. Fails with the generator's own errors, and with `misuse` while another
  // `next` of it runs. No checkpoints except those the generator awaits; a cancel there ends the
  // generator. O(1).
  detail::NextAwaiter<T> next() WASIO_LIFETIMEBOUND { return detail::NextAwaiter<T>(owner_); }
  // Whether there are no more values.
  bool ended() const { return owner_.ended(); }

  // A `for` loop over a range cannot await. These only make the compiler say what to write instead.
  template <class Unused = T>
  detail::NoIterator<T> begin() const {
    static_assert(detail::always_false<Unused>,
                  "an AsyncGenerator is not a range, because a range-based for loop cannot await: "
                  "write while (auto item = co_await generator.next()) {...}, or "
                  "co_await for_each(generator, function)");
    return {};
  }
  template <class Unused = T>
  detail::NoIterator<T> end() const {
    return {};
  }

 private:
  friend promise_type;
  template <class U>
  friend detail::ElementsOf<U> elements_of(AsyncGenerator<U> generator);
  explicit AsyncGenerator(detail::GeneratorPromiseBase* frame) : owner_(frame) {}

  detail::GeneratorOwner owner_;
};

// `co_yield elements_of(walk(child))` inside an AsyncGenerator<T> yields the values of another
// AsyncGenerator<T>, which it owns, and continues when that has ended. Errors and cancels pass
// through; leaving the outer generator destroys the inner one first. O(1) for each value and for
// each level that begins or ends, however deep they are nested, without native recursion.
template <class T>
detail::ElementsOf<T> elements_of(AsyncGenerator<T> generator) {
  return {std::move(generator.owner_)};
}

WASIO_END
