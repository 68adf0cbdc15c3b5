// Scopes that can be cancelled and have deadlines.
#pragma once

#include <wasio/detail/combinator.h>
#include <wasio/detail/scope_tree.h>
#include <wasio/duration.h>

#include <string_view>

WASIO_BEGIN
namespace detail {

inline constexpr const char* limit_is_nan = "the time limit is NaN";

// A scope as combinators use it: a node of the scope tree in which a body, or a cleanup, runs.
class Scope {
 public:
  Scope() = default;
  // Moves only before it is entered.
  Scope(Scope&& other);
  Scope& operator=(Scope&&) = delete;

  // As in CancelScope.
  bool cancel(const CancelOptions& options);
  void set_deadline(Instant when);
  void set_timeout(Duration span);
  void set_shield(bool on) { node_.set_shield(on); }
  const DeadlineNode& node() const { return node_; }
  bool caught() const { return caught_; }

  // False: refused; the awaiting frame fails with `misuse`.
  bool enter(Frame& awaiting);
  void enter(TaskRecord& task);
  void leave(TaskRecord& task);
  Boundary::Hold before_unwind(Ending how) const;
  Next body_ended(TaskRecord& task, Ending how);
  // The task is destroyed together with the runtime, and has left all scopes.
  void abandoned(TaskRecord& task);

 private:
  void arm(Instant now);
  bool inside() const { return node_.host != nullptr; }

  DeadlineNode node_;
  // Until entry: the span from entry to the deadline or, if the scope is cancelled, its grace.
  Duration timeout_ = Duration::forever();
  bool entered_ = false;
  bool caught_ = false;
};

class OwnScopeStage;

} // namespace detail

// A part of a task that can be cancelled from outside, run by `co_await scope.run(body)`. It is
// used once, may be cancelled or given a deadline before that, and must outlive the body.
//
// Which scope catches a cancel is decided when the cancel has unwound the body: a scope that was
// itself cancelled catches it, unless a cancel from outside is visible through it at that moment.
class CancelScope {
 public:
  CancelScope() = default;
  // Moves only before it is entered; otherwise it panics.
  CancelScope(CancelScope&&) = default;

  // Ends the work inside at its next checkpoints, and suspended operations now; nothing runs inside
  // this call. The first call takes effect and returns true; a later one can only bring the end of
  // the grace forward. O(scopes and tasks inside).
  bool cancel(const CancelOptions& options) { return scope_.cancel(options); }
  bool cancel(std::string_view reason = {}) { return cancel({.reason = reason}); }

  // Ends the work inside at `when`; a deadline that has been reached acts immediately, or at entry.
  // It can move both ways while the scope exists, and never un-cancels. `Instant::never()`: no
  // deadline. O(log timers).
  void set_deadline(Instant when) { scope_.set_deadline(when); }
  // Sets the deadline to now + `span`, or before entry to entry + `span`. A NaN makes `run` fail
  // with `misuse`; while the body runs it panics. O(log timers).
  void set_timeout(Duration span) { scope_.set_timeout(span); }
  Instant deadline() const { return scope_.node().when; }

  // Hides the work inside from cancels outside this scope, or lets them in again: then they end
  // suspended operations inside immediately. The scope's own cancel and deadline still act. May be
  // set before the scope is entered. O(scopes and tasks inside).
  void set_shield(bool on) { scope_.set_shield(on); }
  bool shielded() const { return scope_.node().shielded; }

  // Whether this scope itself was cancelled, by a call or by its deadline; which of them; and why.
  bool cancel_called() const { return scope_.node().cancelled; }
  CancelSource cancel_source() const { return scope_.node().source; }
  std::string_view cancel_reason() const {
    return cancel_called() ? scope_.node().reason.message() : std::string_view();
  }
  // Whether the cancel of this scope ended the body and was caught here.
  bool cancelled_caught() const { return scope_.caught(); }

  // Runs the body inside. Returns bool, optional<T> or T*: empty if the cancel ended the body. A
  // body that finishes delivers its value even if the scope was cancelled. Errors propagate. A
  // second run fails with `misuse`. Not a checkpoint. O(1) beyond the body.
  template <Body B>
  auto run(B&& body WASIO_LIFETIMEBOUND) WASIO_LIFETIMEBOUND;

 private:
  friend detail::OwnScopeStage;

  detail::Scope scope_;
};

namespace detail {

// Runs a body in the caller's scope, which must outlive it.
class ScopeStage : public Stage {
 public:
  explicit ScopeStage(Scope& scope) : scope_(&scope) {}

  bool enter(Frame& awaiting, InnerBoundary&) { return scope_->enter(awaiting); }
  Boundary::Hold before_unwind(TaskRecord&, Ending how) { return scope_->before_unwind(how); }
  Next body_ended(TaskRecord& task, Ending how) { return scope_->body_ended(task, how); }
  void abandoned(TaskRecord& task) { scope_->abandoned(task); }

  template <class T>
  Maybe<T> result(Slot<T>& slot) {
    if (scope_->caught()) return {};
    return MaybeShape<T>::some(slot);
  }

 private:
  Scope* scope_;
};

// Runs a body in a scope of its own, which the body may take by reference.
class OwnScopeStage : public Stage {
 public:
  CancelScope& argument() { return scope_; }
  bool enter(Frame& awaiting, InnerBoundary&) { return scope().enter(awaiting); }
  Boundary::Hold before_unwind(TaskRecord&, Ending how) { return scope().before_unwind(how); }
  Next body_ended(TaskRecord& task, Ending how) { return scope().body_ended(task, how); }
  void abandoned(TaskRecord& task) { scope().abandoned(task); }

 protected:
  OwnScopeStage(Duration limit, bool shielded) {
    scope().set_timeout(limit);
    scope().set_shield(shielded);
  }

  Scope& scope() { return scope_.scope_; }
  const Scope& scope() const { return scope_.scope_; }

 private:
  CancelScope scope_;
};

class MoveOnAfterStage : public OwnScopeStage {
 public:
  MoveOnAfterStage(Duration limit, bool shielded) : OwnScopeStage(limit, shielded) {}

  template <class T>
  Maybe<T> result(Slot<T>& slot) {
    if (scope().caught()) return {};
    return MaybeShape<T>::some(slot);
  }
};

class ShieldStage : public OwnScopeStage {
 public:
  ShieldStage() : OwnScopeStage(Duration::forever(), true) {}

  template <class T>
  T result(Slot<T>& slot) {
    return slot.take();
  }
};

class FailAfterStage : public OwnScopeStage {
 public:
  explicit FailAfterStage(Duration limit) : OwnScopeStage(limit, false), limit_(limit) {}

  Next body_ended(TaskRecord& task, Ending how);

  template <class T>
  T result(Slot<T>& slot) {
    return slot.take();
  }

 private:
  Duration limit_;
};

template <class B>
concept TakesScope = !Body<B> && CallableBody<B, CancelScope&>;

// Runs a body that may take its scope.
template <class B>
auto move_on_after_limit(Duration limit, bool shielded, B&& body) {
  using Kept = std::decay_t<B>;
  if constexpr (TakesScope<Kept>) {
    return Combinator<Kept, MoveOnAfterStage, CancelScope>(std::in_place, std::forward<B>(body),
                                                           limit, shielded);
  } else {
    return combine<MoveOnAfterStage>(std::forward<B>(body), limit, shielded);
  }
}

} // namespace detail

template <Body B>
auto CancelScope::run(B&& body) {
  return detail::combine<detail::ScopeStage>(std::forward<B>(body), scope_);
}

// `co_await move_on_after(limit, body)` runs the body for at most `limit`, counted from the await,
// and then cancels it. Returns bool, optional<T> or T*: empty if the limit ended the body. A
// negative limit counts as zero; a NaN fails with `misuse`. Not a checkpoint.
//
// A body that takes a `CancelScope&` is passed the scope it runs in, for instance to move the
// deadline. The scope lives until the body has ended. If it was cancelled by a call and that ended
// the body, the result is empty too.
template <class B>
  requires Body<B> || detail::TakesScope<std::decay_t<B>>
auto move_on_after(Duration limit, B&& body WASIO_LIFETIMEBOUND) {
  return detail::move_on_after_limit(limit, false, std::forward<B>(body));
}

// The same for a body without arguments, but returns the body's value, and fails with `timed_out`
// if the limit ended the body.
template <Body B>
auto fail_after(Duration limit, B&& body WASIO_LIFETIMEBOUND) {
  return detail::combine<detail::FailAfterStage>(std::forward<B>(body), limit);
}

// `co_await shield(body)` runs the body hidden from cancels outside. Those are postponed: the
// body's value is delivered, and the next checkpoint ends the work. Deadlines and cancels inside
// still act. The shield no longer holds when the grace of a cancel is over (`CancelOptions`). Not a
// checkpoint.
//
// `scope.set_shield(false)` drops the shield for a body that takes a `CancelScope&`: what is
// suspended inside then ends immediately if it is under a cancel. As such a scope can be cancelled
// too, the result is bool, optional<T> or T*, as with `move_on_after`.
template <class B>
  requires Body<B> || detail::TakesScope<std::decay_t<B>>
auto shield(B&& body WASIO_LIFETIMEBOUND) {
  if constexpr (Body<B>) {
    return detail::combine<detail::ShieldStage>(std::forward<B>(body));
  } else {
    return detail::move_on_after_limit(Duration::forever(), true, std::forward<B>(body));
  }
}

// The same for at most `limit`: then the body is cancelled, and the result is empty, as with
// `move_on_after`.
template <class B>
  requires Body<B> || detail::TakesScope<std::decay_t<B>>
auto shield_for(Duration limit, B&& body WASIO_LIFETIMEBOUND) {
  return detail::move_on_after_limit(limit, true, std::forward<B>(body));
}

// Returns when the clock will cancel the work of the running task: the earliest deadline around it
// that no shield hides. `Instant::earliest()` if it is already cancelled, `never()` if there is no
// deadline. Panics outside a task. O(scopes and groups around).
Instant current_effective_deadline();

WASIO_END
