// Scopes that can be cancelled and have deadlines.
#pragma once

#include <wasio/body.h>
#include <wasio/detail/scope_tree.h>
#include <wasio/detail/task_record.h>
#include <wasio/detail/timer.h>
#include <wasio/duration.h>

#include <string_view>

WASIO_BEGIN
namespace detail {
template <class B>
class ScopeRun;
class GuardStage;

inline constexpr const char* limit_is_nan = "the time limit is not a number";
} // namespace detail

// A part of a task that can be cancelled from outside, run by `co_await scope.run(body)`. It is
// used once, may be cancelled or given a deadline before, and must outlive the body.
//
// Which scope catches a cancel is decided when the cancel has taken down the body: a scope that was
// cancelled itself catches, unless a cancel from outside can be seen through it at that moment.
class CancelScope {
 public:
  CancelScope() = default;
  // Moves only before it is entered.
  CancelScope(CancelScope&& other);
  CancelScope& operator=(CancelScope&&) = delete;

  // Ends the work inside at its next checkpoints, and what is suspended now at once; nothing runs
  // inside this call. The first call counts and gives true; a later one only brings the end of the
  // grace forward. O(scopes and tasks inside).
  bool cancel(const CancelOptions& options);
  bool cancel(std::string_view reason = {}) { return cancel({.reason = reason}); }

  // Ends the work inside at `when`; one at or before now acts at once, or at entry. Moves both ways
  // while the scope lives and never un-cancels. `Instant::never()`: none. O(log timers).
  void set_deadline(Instant when);
  // `set_deadline` at now + `span`, counted from entry when the scope has not been entered. A NaN
  // makes the run fail with `misuse`; inside the scope it panics.
  void set_timeout(Duration span);
  Instant deadline() const { return node_.when; }

  // Hides what is inside from cancels outside of this scope, or lets them in again: then they end
  // what is suspended inside at once. The scope's own cancel and deadline act all the same. May be
  // set before the scope is entered. O(scopes and tasks inside).
  void set_shield(bool on) { node_.set_shield(on); }
  bool shielded() const { return node_.shielded; }

  // A cancel was aimed at this scope, by a call or its deadline; by whom, and why.
  bool cancel_called() const { return node_.cancelled; }
  CancelSource cancel_source() const { return node_.source; }
  std::string_view cancel_reason() const {
    return node_.cancelled ? node_.reason.message() : std::string_view();
  }
  // The cancel of this scope ended the body, and went no further.
  bool cancelled_caught() const { return caught_; }

  // Runs the body inside: gives bool, optional<T> or T*, which says whether the body came to a
  // value. A value that is ready counts even if the scope was cancelled. Errors pass. A second run
  // fails with `misuse`. No checkpoint. O(1) beyond the body.
  template <Body B>
  auto run(B&& body WASIO_LIFETIMEBOUND) WASIO_LIFETIMEBOUND;

 private:
  template <class B>
  friend class detail::ScopeRun;
  friend class detail::GuardStage;

  // Its task is taken down with the runtime, and has left all scopes.
  void abandoned(detail::TaskRecord& task);
  // False: refused with `misuse`, the awaiting frame fails.
  bool enter(detail::Frame& awaiting);
  void enter(detail::TaskRecord& task);
  void leave(detail::TaskRecord& task);
  void arm(Instant now);
  bool inside() const { return node_.host != nullptr; }
  detail::Next body_ended(detail::TaskRecord& task, detail::Ending how);
  detail::Boundary::Hold before_unwind(detail::Ending how) const;

  detail::DeadlineNode node_;
  // Until entry: how far the deadline will be from there, or of a cancelled scope the grace.
  Duration timeout_ = Duration::forever();
  bool entered_ = false;
  bool caught_ = false;
};

namespace detail {

// A body in a scope.
template <class B>
class [[nodiscard("a scope runs only when it is awaited")]] ScopeRun : public BodyBoundary<B> {
 public:
  using typename BodyBoundary<B>::Value;

  template <class U>
  ScopeRun(CancelScope& scope, U&& body)
      : BodyBoundary<B>(std::in_place, std::forward<U>(body)), scope_(&scope) {}

  template <class Promise>
  Transfer await_suspend(std::coroutine_handle<Promise> awaiting) {
    Frame& frame = frame_of(awaiting);
    if (!scope_->enter(frame)) return back_to_loop();
    return this->start(frame);
  }

  Maybe<Value> await_resume() {
    if (scope_->cancelled_caught()) return {};
    return MaybeShape<Value>::some(this->slot_);
  }

 protected:
  Boundary::Hold before_unwind(TaskRecord&, Ending how) override {
    return scope_->before_unwind(how);
  }
  Next body_ended(TaskRecord& task, Ending how) override { return scope_->body_ended(task, how); }

  void abandoned(TaskRecord& task) override { scope_->abandoned(task); }

  CancelScope* scope_;
};

// A body in a scope of its own with a deadline.
template <class B>
class [[nodiscard("a scope runs only when it is awaited")]] MoveOnAfter final : public ScopeRun<B> {
 public:
  template <class U>
  MoveOnAfter(Duration limit, bool shielded, U&& body) : ScopeRun<B>(own_, std::forward<U>(body)) {
    own_.set_timeout(limit);
    own_.set_shield(shielded);
  }
  MoveOnAfter(MoveOnAfter&& other) : ScopeRun<B>(std::move(other)), own_(std::move(other.own_)) {
    this->scope_ = &own_;
  }

 private:
  CancelScope own_;
};

// A body in a scope of its own that is shielded.
template <class B>
class [[nodiscard("a shield runs only when it is awaited")]] Shielded final : public ScopeRun<B> {
 public:
  using typename BodyBoundary<B>::Value;

  template <class U>
  explicit Shielded(std::in_place_t, U&& body) : ScopeRun<B>(own_, std::forward<U>(body)) {
    own_.set_shield(true);
  }
  Shielded(Shielded&& other) : ScopeRun<B>(std::move(other)), own_(std::move(other.own_)) {
    this->scope_ = &own_;
  }

  Value await_resume() { return this->slot_.take(); }

 private:
  CancelScope own_;
};

Next fail_with_timeout(TaskRecord& task, Duration limit);

template <class B>
class [[nodiscard("fail_after runs only when it is awaited")]] FailAfter final
    : public ScopeRun<B> {
 public:
  using typename BodyBoundary<B>::Value;

  template <class U>
  FailAfter(Duration limit, std::in_place_t, U&& body)
      : ScopeRun<B>(own_, std::forward<U>(body)), limit_(limit) {
    own_.set_timeout(limit);
  }
  // The base is moved first, and takes only what is its own.
  FailAfter(FailAfter&& other) // NOLINTNEXTLINE(bugprone-use-after-move)
      : ScopeRun<B>(std::move(other)), own_(std::move(other.own_)), limit_(other.limit_) {
    this->scope_ = &own_;
  }

  Value await_resume() { return this->slot_.take(); }

 private:
  Next body_ended(TaskRecord& task, Ending how) override {
    const Next next = ScopeRun<B>::body_ended(task, how);
    return own_.cancelled_caught() ? fail_with_timeout(task, limit_) : next;
  }

  CancelScope own_;
  Duration limit_;
};

} // namespace detail

template <Body B>
auto CancelScope::run(B&& body) {
  return detail::ScopeRun<std::remove_cvref_t<B>>(*this, std::forward<B>(body));
}

// `co_await move_on_after(limit, body)` runs the body for at most `limit`, counted from the await,
// and then cancels it: gives bool, optional<T> or T*, without a value if the limit ended it. A
// negative limit counts as zero; a NaN fails with `misuse`. No checkpoint.
template <Body B>
auto move_on_after(Duration limit, B&& body WASIO_LIFETIMEBOUND) {
  return detail::MoveOnAfter<std::remove_cvref_t<B>>(limit, false, std::forward<B>(body));
}

// The same, but gives the body's value and fails with `timed_out` if the limit ended it.
template <Body B>
auto fail_after(Duration limit, B&& body WASIO_LIFETIMEBOUND) {
  return detail::FailAfter<std::remove_cvref_t<B>>(limit, std::in_place, std::forward<B>(body));
}

// `co_await shield(body)` runs the body hidden from cancels outside. They wait: its value is
// delivered, and the next checkpoint ends the work. Deadlines and cancels inside act as ever. The
// shield falls when the grace of a cancel is over (`CancelOptions`). No checkpoint.
template <Body B>
auto shield(B&& body WASIO_LIFETIMEBOUND) {
  return detail::Shielded<std::remove_cvref_t<B>>(std::in_place, std::forward<B>(body));
}

// The same for at most `limit`: then the body is cancelled, and there is no value, as with
// `move_on_after`.
template <Body B>
auto shield_for(Duration limit, B&& body WASIO_LIFETIMEBOUND) {
  return detail::MoveOnAfter<std::remove_cvref_t<B>>(limit, true, std::forward<B>(body));
}

// When the work of the running task will be cut off by the clock: the earliest deadline around it
// that no shield hides. `Instant::earliest()` if it is cancelled already, `never()` if there is no
// deadline. Panics outside of a task. O(scopes and groups around).
Instant current_effective_deadline();

WASIO_END
