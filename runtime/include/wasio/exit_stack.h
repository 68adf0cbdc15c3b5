// Cleanup that may await, for any number of resources that a body opens.
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

// One cleanup of a stack.
struct ExitEntry : Pooled {
  virtual ~ExitEntry() = default;
  // Makes the cleanup's first frame. Null: memory is exhausted. Called once.
  virtual Frame* begin() = 0;

  Duration within = Duration::forever();
  ExitEntry* before = nullptr; // the entry pushed before this one
};

template <class C>
struct Deferred final : ExitEntry {
  static_assert(std::is_void_v<typename BodyResult<C>::type>, "a cleanup must not return a value");

  template <class U>
  explicit Deferred(std::in_place_t, U&& cleanup)
      : cleanup(std::in_place, std::forward<U>(cleanup)) {}
  Frame* begin() override { return release_frame(cleanup.begin()); }

  BodyHolder<C> cleanup;
};

template <class R>
struct Entered final : ExitEntry {
  static_assert(std::is_void_v<typename BodyResult<AcloseOf<R>>::type>,
                "aclose() must not return a value");

  explicit Entered(R&& resource) : resource(std::move(resource)) {}
  Frame* begin() override {
    return release_frame(BodyHolder<AcloseOf<R>>(std::in_place, AcloseOf<R>(resource)).begin());
  }

  R resource;
};

// A body that returns a resource when it is awaited.
template <class B>
concept Opening = DirectBody<B> && AsyncCloseable<typename BodyResult<B>::type> &&
                  !std::is_reference_v<typename BodyResult<B>::type>;
} // namespace detail

// The stack inside `exit_stack(body)`. It lives until `co_await exit_stack(...)` returns; a
// reference to it may be passed to functions, which add what their caller is to close.
//
// An entry that is added while cleanups run is cleaned up next. Adding fails with `misuse` once the
// stack has ended or if the time limit is NaN, and with `out_of_memory` if memory is exhausted.
// What could not be added is destroyed.
class ExitStack {
 public:
  // `R& r = co_await stack.enter(std::move(resource))` keeps the resource until the stack ends:
  // then `aclose` is awaited, for at most `close_within`, and the resource is destroyed. The
  // reference is valid until then. Not a checkpoint. O(1).
  template <class R>
    requires(AsyncCloseable<R> && !detail::DirectBody<R>)
  Task<R&> enter(R resource, WithOptions options = {}) {
    auto* const entry = new detail::Entered<R>(std::move(resource));
    co_await push(entry, options.close_within);
    co_return entry->resource;
  }
  // The same for the resource that a Task or an awaitable returns. If that fails or is cancelled,
  // nothing is added. O(1) beyond the opening.
  template <detail::Opening B>
  Task<typename detail::BodyResult<B>::type&> enter(B opening, WithOptions options = {}) {
    co_return co_await enter(co_await std::move(opening), options);
  }

  // Runs the cleanup when the stack ends, for at most `within`, like `defer` in Go and Swift. It
  // must not return a value. The body's frames are gone by then, so it may only refer to what lives
  // outside the body or was entered before. `co_await stack.defer(...)` raises the error if it
  // could not be added. Not a checkpoint. O(1).
  template <Body C>
    requires(!detail::TaskBody<C>)
  [[nodiscard]] Result<> defer(C&& cleanup, GuardOptions options = {}) {
    return push_deferred(std::forward<C>(cleanup), options.within);
  }
  // The compiler warns about a Task that refers to a temporary of the call.
  [[nodiscard]] Result<> defer(Task<> cleanup WASIO_CAPTURED_BY_THIS, GuardOptions options = {}) {
    return push_deferred(std::move(cleanup), options.within);
  }

  // Moves all entries, with their order and limits, to another stack, which owns them from now on:
  // what was opened piece by piece outlives this stack only if everything succeeded. Fails with
  // `misuse` if the other stack has ended. O(entries moved).
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
  // Takes ownership of the entry, which is null if memory is exhausted.
  Result<> push(detail::ExitEntry* entry, Duration within);
  detail::ExitEntry* pop();
  detail::Next body_ended(detail::TaskRecord& task, detail::Ending how, detail::Boundary& boundary);

  Duration limit_; // for entries without a limit of their own
  // For the entry that is being cleaned up; before that, for the body. Empty: the stack has ended.
  std::optional<detail::CleanupRun> cleanup_;
  detail::ExitEntry* running_ = nullptr;
  detail::ExitEntry* last_ = nullptr;
};

namespace detail {

class ExitStackStage : public CleanupStage {
 public:
  explicit ExitStackStage(Duration close_within) : stack_(close_within) {}

  ExitStack& argument() { return stack_; }
  bool enter(Frame& awaiting, InnerBoundary& boundary);
  Next body_ended(TaskRecord& task, Ending how);
  void abandoned(TaskRecord& task) { stack_.cleanup_->abandoned(task); }

 private:
  ExitStack stack_;
};

} // namespace detail

// `co_await exit_stack([&](ExitStack& stack) -> Task<T> {...})` runs the body, which adds cleanups
// to the stack, and then, whether the body ended with a value, an error or a cancel, runs all of
// them: the last one first, each separately and shielded from cancels outside, as if every one were
// a guard around the rest of the body. Then the outcome propagates:
//   body      | cleanups fail                     | cleanups are ended by their limit
//   value     | the first one's error, with the   | the value
//             | later ones' in `others()`         |
//   error     | the body's error, with theirs in  | the body's error
//             | `others()`                        |
//   cancelled | as after a value                  | the cancel propagates
// `close_within` is the limit for entries that are added without one. A NaN fails with `misuse`
// before the body begins. Returns the body's value. Not a checkpoint. O(1) for each cleanup, beyond
// body and cleanups.
template <class B>
  requires detail::CallableBody<std::decay_t<B>, ExitStack&>
auto exit_stack(B&& body WASIO_LIFETIMEBOUND, WithOptions options = {}) {
  return detail::Combinator<std::decay_t<B>, detail::ExitStackStage, ExitStack>(
      std::in_place, std::forward<B>(body), options.close_within);
}

WASIO_END
