// Clean-up that may await, on every way out.
#pragma once

#include <wasio/cancel_scope.h>

#include <concepts>
#include <utility>

WASIO_BEGIN

struct GuardOptions {
  // How long the cleanup may take, from its start, before it is cancelled; without a limit by
  // default. A NaN fails with `misuse` before the body begins.
  Duration within = Duration::forever();
};

struct WithOptions {
  // The same for `aclose`; the resource's destructor then releases what is left.
  Duration close_within = Duration::forever();
};

namespace detail {

// What a guard does after its body: keeps the outcome, runs the cleanup in a shielded scope, and
// lets the outcome go on.
class GuardStage {
 public:
  explicit GuardStage(Duration within) : within_(within) {}
  GuardStage(GuardStage&& other) : within_(other.within_) {}

  // The time limit is no number: the awaiting frame fails, before anything has begun.
  bool refused(Frame& awaiting) const;
  bool in_cleanup() const { return in_cleanup_; }
  // The body ended; the cleanup starts as `first` above `boundary`.
  Next begin_cleanup(TaskRecord& task, Ending how, Boundary& boundary, Frame* first, void* slot);
  // The cleanup ended: value and its error give that error; error and its error the first with the
  // other in `others()`; cancelled and its error the error.
  Next cleanup_ended(TaskRecord& task, Ending how);
  void abandoned(TaskRecord& task);
  // The body's value waits for the awaiter; asked for once.
  bool take_value() { return std::exchange(holds_value_, false); }

 private:
  Duration within_;
  Error error_;
  Ending body_ = Ending::value;
  bool in_cleanup_ = false;
  bool holds_value_ = false;
  CancelScope shield_;
};

template <class B, class C>
class [[nodiscard("a guard runs only when it is awaited")]] Guard final : public BodyBoundary<B> {
 public:
  using typename BodyBoundary<B>::Value;
  static_assert(std::is_void_v<typename BodyResult<C>::type>, "a cleanup gives no value");

  template <class U, class V>
  Guard(Duration within, U&& body, V&& cleanup)
      : BodyBoundary<B>(std::in_place, std::forward<U>(body)),
        cleanup_(std::in_place, std::forward<V>(cleanup)), stage_(within) {}

  template <class Promise>
  Transfer await_suspend(std::coroutine_handle<Promise> awaiting) {
    Frame& frame = frame_of(awaiting);
    if (stage_.refused(frame)) return back_to_loop();
    return this->start(frame);
  }
  Guard(Guard&&) = default;
  // A value that nobody got: the cleanup failed, or the runtime is gone.
  ~Guard() {
    if (stage_.take_value()) this->slot_.destroy();
  }

  Value await_resume() {
    stage_.take_value();
    return this->slot_.take();
  }

 private:
  Boundary::Hold before_unwind(TaskRecord&, Ending) override { return Boundary::Hold::stop; }
  Next body_ended(TaskRecord& task, Ending how) override {
    return stage_.in_cleanup()
               ? stage_.cleanup_ended(task, how)
               : stage_.begin_cleanup(task, how, *this, cleanup_.begin().release(), &nothing_);
  }
  void abandoned(TaskRecord& task) override { stage_.abandoned(task); }

  BodyHolder<C> cleanup_;
  GuardStage stage_;
  Slot<void> nothing_;
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
// Then the body's outcome goes on:
//   body      | cleanup fails             | cleanup is cut off by `within`
//   value     | the cleanup's error       | the value
//   error     | the body's error, with    | the body's error
//             | the other in `others()`   |
//   cancelled | the cleanup's error       | the cancel goes on
// The cleanup gives no value. No checkpoint. O(1) beyond both.
template <Body B, Body C>
auto guard(B&& body WASIO_LIFETIMEBOUND, C&& cleanup WASIO_LIFETIMEBOUND,
           GuardOptions options = {}) {
  return detail::Guard<std::remove_cvref_t<B>, std::remove_cvref_t<C>>(
      options.within, std::forward<B>(body), std::forward<C>(cleanup));
}

// Something with a graceful, awaitable end. Its destructor releases it at once.
template <class R>
concept AsyncCloseable = requires(R& resource) {
  { resource.aclose() } -> Body;
};

// `co_await with(resource, body, {.close_within = 2s})` is a guard whose cleanup is
// `resource.aclose()`.
template <AsyncCloseable R, Body B>
auto with(R& resource WASIO_LIFETIMEBOUND, B&& body WASIO_LIFETIMEBOUND, WithOptions options = {}) {
  return detail::Guard<std::remove_cvref_t<B>, detail::AcloseOf<R>>(
      options.close_within, std::forward<B>(body), detail::AcloseOf<R>(resource));
}

WASIO_END
