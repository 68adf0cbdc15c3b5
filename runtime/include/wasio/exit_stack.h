// Clean-up that may await, for as many things as a body opens.
#pragma once

#include <wasio/guard.h>

#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>

WASIO_BEGIN

class ExitStack;

namespace detail {
class ExitStackStage;

// One thing that a stack does on its way out.
struct ExitEntry : Pooled {
  virtual ~ExitEntry() = default;
  // The cleanup's first frame; null: memory is exhausted. Called once.
  virtual Frame* begin() = 0;

  Duration within = Duration::forever();
  ExitEntry* before = nullptr; // pushed before this one
};

template <class C>
struct Deferred final : ExitEntry {
  static_assert(std::is_void_v<typename BodyResult<C>::type>, "a cleanup gives no value");

  template <class U>
  explicit Deferred(std::in_place_t, U&& cleanup)
      : cleanup(std::in_place, std::forward<U>(cleanup)) {}
  Frame* begin() override { return release_frame(cleanup.begin()); }

  BodyHolder<C> cleanup;
};

template <class R>
struct Entered final : ExitEntry {
  static_assert(std::is_void_v<typename BodyResult<AcloseOf<R>>::type>, "aclose() gives no value");

  explicit Entered(R&& resource) : resource(std::move(resource)) {}
  Frame* begin() override {
    return release_frame(BodyHolder<AcloseOf<R>>(std::in_place, AcloseOf<R>(resource)).begin());
  }

  R resource;
};

// What gives a resource when it is awaited.
template <class B>
concept Opening = DirectBody<B> && AsyncCloseable<typename BodyResult<B>::type> &&
                  !std::is_reference_v<typename BodyResult<B>::type>;
} // namespace detail

// The stack inside `exit_stack(body)`. It lives until `co_await exit_stack(...)` goes on; a
// reference to it may be handed to functions, which add what their caller shall close.
//
// What is added while the clean-up runs is cleaned up next. Once the stack has ended, and with a
// NaN as the time limit, adding fails with `misuse`; without memory, with `out_of_memory`. What
// could not be added is destroyed.
class ExitStack {
 public:
  // `R& r = co_await stack.enter(std::move(resource))` keeps the resource until the stack ends:
  // then `aclose` is awaited, for at most `close_within`, and the resource is destroyed. The
  // reference holds until then. No checkpoint. O(1).
  template <class R>
    requires(AsyncCloseable<R> && !detail::DirectBody<R>)
  Task<R&> enter(R resource, WithOptions options = {}) {
    auto* const entry = new detail::Entered<R>(std::move(resource));
    co_await push(entry, options.close_within);
    co_return entry->resource;
  }
  // The same with what a Task or an awaitable gives. If that fails or is cancelled, nothing has
  // been added. O(1) beyond the opening.
  template <detail::Opening B>
  Task<typename detail::BodyResult<B>::type&> enter(B opening, WithOptions options = {}) {
    co_return co_await enter(co_await std::move(opening), options);
  }

  // Runs the cleanup when the stack ends, for at most `within`; it gives no value. Go and Swift
  // call that `defer`. The body's frames are gone then: it refers to what stands outside of the
  // body, or was entered before. `co_await stack.defer(...)` raises what went wrong with adding it.
  // No checkpoint. O(1).
  template <Body C>
    requires(!detail::TaskBody<C>)
  [[nodiscard]] Result<> defer(C&& cleanup, GuardOptions options = {}) {
    return push_deferred(std::forward<C>(cleanup), options.within);
  }
  // A Task that refers to a temporary of the call is a compiler's warning.
  [[nodiscard]] Result<> defer(Task<> cleanup WASIO_CAPTURED_BY_THIS, GuardOptions options = {}) {
    return push_deferred(std::move(cleanup), options.within);
  }

  // Hands all that has been added, with its order and its limits, to another stack, whose it is
  // from now on: what has been opened piece by piece outlives this stack only if all went well.
  // Fails with `misuse` if the other has ended. O(what is moved).
  [[nodiscard]] Result<> move_to(ExitStack& other);

 private:
  friend detail::ExitStackStage;

  explicit ExitStack(Duration close_within) : limit_(close_within), cleanup_(close_within) {}
  ExitStack(ExitStack&&) = default;
  ~ExitStack();

  template <class C>
  Result<> push_deferred(C&& cleanup, Duration within) {
    using Entry = detail::Deferred<std::decay_t<C>>;
    return push(new Entry(std::in_place, std::forward<C>(cleanup)), within);
  }
  // Takes the entry, which is null when memory is exhausted.
  Result<> push(detail::ExitEntry* entry, Duration within);
  detail::ExitEntry* pop();
  detail::Next body_ended(detail::TaskRecord& task, detail::Ending how, detail::Boundary& boundary);

  Duration limit_; // of entries that have none
  // Of the entry that is being cleaned up, before that of the body. None: the stack has ended.
  std::optional<detail::CleanupRun> cleanup_;
  detail::ExitEntry* running_ = nullptr;
  detail::ExitEntry* last_ = nullptr;
};

namespace detail {

class ExitStackStage : public Stage {
 public:
  explicit ExitStackStage(Duration close_within) : stack_(close_within) {}

  ExitStack& argument() { return stack_; }
  bool enter(Frame& awaiting, InnerBoundary& boundary);
  Next body_ended(TaskRecord& task, Ending how);
  void abandoned(TaskRecord& task) { stack_.cleanup_->abandoned(task); }
  bool take_value() { return std::exchange(holds_value_, false); }

  template <class T>
  T result(Slot<T>& slot) {
    holds_value_ = false;
    return slot.take();
  }

 private:
  ExitStack stack_;
  Boundary* boundary_ = nullptr;
  bool holds_value_ = false; // of the body, while cleanups run
};

} // namespace detail

// `co_await exit_stack([&](ExitStack& stack) -> Task<T> {...})` runs the body, which adds to the
// stack what has to be cleaned up, and then, whether it ended with a value, an error or a cancel,
// all of that: the last first, each shielded from cancels outside and each for itself, as if every
// one had been a guard around the rest of the body. Then the outcome goes on:
//   body      | cleanups fail                     | cleanups are cut off by their limit
//   value     | the first one's error, with the   | the value
//             | later ones' in `others()`         |
//   error     | the body's error, with theirs in  | the body's error
//             | `others()`                        |
//   cancelled | as after a value                  | the cancel goes on
// `close_within` is the limit of those that are added without one. A NaN fails with `misuse` before
// the body begins. Gives what the body gives. No checkpoint. O(1) for each, beyond body and
// cleanups.
template <class B>
  requires detail::CallableBody<std::decay_t<B>, ExitStack&>
auto exit_stack(B&& body WASIO_LIFETIMEBOUND, WithOptions options = {}) {
  return detail::Combinator<std::decay_t<B>, detail::ExitStackStage, ExitStack>(
      std::in_place, std::forward<B>(body), options.close_within);
}

WASIO_END
