// Cleanup that may await, on every way out.
#pragma once

#include <wasio/cancel_scope.h>

#include <concepts>
#include <utility>

WASIO_BEGIN

struct GuardOptions {
  // How long the cleanup may take, from its start, before it is cancelled; no limit by default. A
  // NaN fails with `misuse` before the body begins.
  Duration within = Duration::forever();
};

struct WithOptions {
  // The same for `aclose`; the resource's destructor then releases what is left.
  Duration close_within = Duration::forever();
};

namespace detail {

// Runs one cleanup in a shielded scope after a body has ended, and then lets the body's outcome
// propagate.
class CleanupRun {
 public:
  explicit CleanupRun(Duration within) : within_(within) {}
  CleanupRun(CleanupRun&& other) : within_(other.within_) {}

  // True if the time limit is NaN: the awaiting frame fails, before anything has begun.
  bool refused(Frame& awaiting) const;
  bool running() const { return running_; }
  // The body ended; the cleanup starts as `first`, which may be null, above `boundary`.
  Next begin(TaskRecord& task, Ending how, Boundary& boundary, Frame* first);
  // The cleanup ended. If it failed, its error replaces the body's value or cancel, or is added to
  // the `others()` of the body's error.
  Next ended(TaskRecord& task, Ending how);
  void abandoned(TaskRecord& task);

 private:
  Duration within_;
  Error error_;
  Ending body_ = Ending::value;
  bool running_ = false;
  Scope shield_;
};

// A stage that runs cleanups after its body, whose value waits in the slot meanwhile.
class CleanupStage : public Stage {
 public:
  bool take_value() { return std::exchange(holds_value_, false); }

  template <class T>
  T result(Slot<T>& slot) {
    holds_value_ = false;
    return slot.take();
  }

 protected:
  bool holds_value_ = false;
  Boundary* boundary_ = nullptr; // above which the cleanups run
};

class GuardRun : public CleanupStage {
 public:
  bool enter(Frame& awaiting, InnerBoundary& boundary);
  void abandoned(TaskRecord& task) { cleanup_.abandoned(task); }

 protected:
  explicit GuardRun(Duration within) : cleanup_(within) {}
  GuardRun(GuardRun&&) = default;

  // `first` is the cleanup's first frame.
  Next begin_cleanup(TaskRecord& task, Ending how, Frame* first);

  CleanupRun cleanup_;
};

template <class C>
class GuardStage : public GuardRun {
  static_assert(std::is_void_v<typename BodyResult<C>::type>, "a cleanup must not return a value");

 public:
  template <class U>
  GuardStage(Duration within, U&& cleanup)
      : GuardRun(within), body_(std::in_place, std::forward<U>(cleanup)) {}

  Next body_ended(TaskRecord& task, Ending how) {
    if (cleanup_.running()) return cleanup_.ended(task, how);
    return begin_cleanup(task, how, release_frame(body_.begin()));
  }

 private:
  BodyHolder<C> body_;
};

template <class R>
class AcloseOf {
 public:
  explicit AcloseOf(R& resource) : resource_(&resource) {}
  WASIO_CORO_WRAPPER auto operator()() { return resource_->aclose(); }

 private:
  R* resource_;
};

} // namespace detail

// `co_await guard(body, cleanup)` runs the body and then, whether it ended with a value, an error
// or a cancel, the cleanup: once, shielded from cancels outside, after the body's frames are gone.
// Then the body's outcome propagates:
//   body      | cleanup fails             | cleanup is ended by `within`
//   value     | the cleanup's error       | the value
//   error     | the body's error, with    | the body's error
//             | the other in `others()`   |
//   cancelled | the cleanup's error       | the cancel propagates
// The cleanup must not return a value. Not a checkpoint. O(1) beyond both.
template <Body B, Body C>
auto guard(B&& body WASIO_LIFETIMEBOUND, C&& cleanup WASIO_LIFETIMEBOUND,
           GuardOptions options = {}) {
  return detail::combine<detail::GuardStage<std::decay_t<C>>>(std::forward<B>(body), options.within,
                                                              std::forward<C>(cleanup));
}

// A resource that can be closed gracefully by awaiting `aclose()`. Its destructor releases it
// immediately.
template <class R>
concept AsyncCloseable = requires(R& resource) {
  { resource.aclose() } -> Body;
};

// `co_await with(resource, body, {.close_within = 2s})` is a guard whose cleanup is
// `resource.aclose()`.
template <AsyncCloseable R, Body B>
auto with(R& resource WASIO_LIFETIMEBOUND, B&& body WASIO_LIFETIMEBOUND, WithOptions options = {}) {
  return detail::combine<detail::GuardStage<detail::AcloseOf<R>>>(
      std::forward<B>(body), options.close_within, detail::AcloseOf<R>(resource));
}

WASIO_END
