// Scopes that can be cancelled and have deadlines.
#pragma once

#include <wasio/detail/combinator.h>
#include <wasio/detail/scope_tree.h>
#include <wasio/duration.h>

#include <string_view>

WASIO_BEGIN
namespace detail {

inline constexpr const char* limit_is_nan = "the time limit is not a number";

// A scope as combinators see it: a node of the tree that a body, or a cleanup, runs inside.
class Scope {
 public:
  Scope() = default;
  // Moves only before it is entered.
  Scope(Scope&& other);
  Scope& operator=(Scope&&) = delete;

  // As of CancelScope.
  bool cancel(const CancelOptions& options);
  void set_deadline(Instant when);
  void set_timeout(Duration span);
  void set_shield(bool on) { node_.set_shield(on); }
  const DeadlineNode& node() const { return node_; }
  bool caught() const { return caught_; }

  // False: refused with `misuse`, the awaiting frame fails.
  bool enter(Frame& awaiting);
  void enter(TaskRecord& task);
  void leave(TaskRecord& task);
  Boundary::Hold before_unwind(Ending how) const;
  Next body_ended(TaskRecord& task, Ending how);
  // The task is taken down with the runtime, and has left all scopes.
  void abandoned(TaskRecord& task);

 private:
  void arm(Instant now);
  bool inside() const { return node_.host != nullptr; }

  DeadlineNode node_;
  // Until entry: how far the deadline will be from there, or of a cancelled scope the grace.
  Duration timeout_ = Duration::forever();
  bool entered_ = false;
  bool caught_ = false;
};

// A body in somebody's scope, which must outlive it.
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

// A body in a scope of its own.
class OwnScopeStage : public Stage {
 public:
  bool enter(Frame& awaiting, InnerBoundary&) { return scope_.enter(awaiting); }
  Boundary::Hold before_unwind(TaskRecord&, Ending how) { return scope_.before_unwind(how); }
  Next body_ended(TaskRecord& task, Ending how) { return scope_.body_ended(task, how); }
  void abandoned(TaskRecord& task) { scope_.abandoned(task); }

 protected:
  OwnScopeStage(Duration limit, bool shielded) {
    scope_.set_timeout(limit);
    scope_.set_shield(shielded);
  }

  Scope scope_;
};

class MoveOnAfterStage : public OwnScopeStage {
 public:
  MoveOnAfterStage(Duration limit, bool shielded) : OwnScopeStage(limit, shielded) {}

  template <class T>
  Maybe<T> result(Slot<T>& slot) {
    if (scope_.caught()) return {};
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

} // namespace detail

// A part of a task that can be cancelled from outside, run by `co_await scope.run(body)`. It is
// used once, may be cancelled or given a deadline before, and must outlive the body.
//
// Which scope catches a cancel is decided when the cancel has taken down the body: a scope that was
// cancelled itself catches, unless a cancel from outside can be seen through it at that moment.
class CancelScope {
 public:
  CancelScope() = default;
  // Moves only before it is entered; otherwise it panics.
  CancelScope(CancelScope&&) = default;

  // Ends the work inside at its next checkpoints, and what is suspended now at once; nothing runs
  // inside this call. The first call counts and gives true; a later one only brings the end of the
  // grace forward. O(scopes and tasks inside).
  bool cancel(const CancelOptions& options) { return scope_.cancel(options); }
  bool cancel(std::string_view reason = {}) { return cancel({.reason = reason}); }

  // Ends the work inside at `when`; one at or before now acts at once, or at entry. Moves both ways
  // while the scope lives and never un-cancels. `Instant::never()`: none. O(log timers).
  void set_deadline(Instant when) { scope_.set_deadline(when); }
  // `set_deadline` at now + `span`, counted from entry when the scope has not been entered. A NaN
  // makes the run fail with `misuse`; inside the scope it panics.
  void set_timeout(Duration span) { scope_.set_timeout(span); }
  Instant deadline() const { return scope_.node().when; }

  // Hides what is inside from cancels outside of this scope, or lets them in again: then they end
  // what is suspended inside at once. The scope's own cancel and deadline act all the same. May be
  // set before the scope is entered. O(scopes and tasks inside).
  void set_shield(bool on) { scope_.set_shield(on); }
  bool shielded() const { return scope_.node().shielded; }

  // A cancel was aimed at this scope, by a call or its deadline; by whom, and why.
  bool cancel_called() const { return scope_.node().cancelled; }
  CancelSource cancel_source() const { return scope_.node().source; }
  std::string_view cancel_reason() const {
    return cancel_called() ? scope_.node().reason.message() : std::string_view();
  }
  // The cancel of this scope ended the body, and went no further.
  bool cancelled_caught() const { return scope_.caught(); }

  // Runs the body inside: gives bool, optional<T> or T*, which says whether the body came to a
  // value. A value that is ready counts even if the scope was cancelled. Errors pass. A second run
  // fails with `misuse`. No checkpoint. O(1) beyond the body.
  template <Body B>
  auto run(B&& body WASIO_LIFETIMEBOUND) WASIO_LIFETIMEBOUND;

 private:
  detail::Scope scope_;
};

template <Body B>
auto CancelScope::run(B&& body) {
  return detail::combine<detail::ScopeStage>(std::forward<B>(body), scope_);
}

// `co_await move_on_after(limit, body)` runs the body for at most `limit`, counted from the await,
// and then cancels it: gives bool, optional<T> or T*, without a value if the limit ended it. A
// negative limit counts as zero; a NaN fails with `misuse`. No checkpoint.
template <Body B>
auto move_on_after(Duration limit, B&& body WASIO_LIFETIMEBOUND) {
  return detail::combine<detail::MoveOnAfterStage>(std::forward<B>(body), limit, false);
}

// The same, but gives the body's value and fails with `timed_out` if the limit ended it.
template <Body B>
auto fail_after(Duration limit, B&& body WASIO_LIFETIMEBOUND) {
  return detail::combine<detail::FailAfterStage>(std::forward<B>(body), limit);
}

// `co_await shield(body)` runs the body hidden from cancels outside. They wait: its value is
// delivered, and the next checkpoint ends the work. Deadlines and cancels inside act as ever. The
// shield falls when the grace of a cancel is over (`CancelOptions`). No checkpoint.
template <Body B>
auto shield(B&& body WASIO_LIFETIMEBOUND) {
  return detail::combine<detail::ShieldStage>(std::forward<B>(body));
}

// The same for at most `limit`: then the body is cancelled, and there is no value, as with
// `move_on_after`.
template <Body B>
auto shield_for(Duration limit, B&& body WASIO_LIFETIMEBOUND) {
  return detail::combine<detail::MoveOnAfterStage>(std::forward<B>(body), limit, true);
}

// When the work of the running task will be cut off by the clock: the earliest deadline around it
// that no shield hides. `Instant::earliest()` if it is cancelled already, `never()` if there is no
// deadline. Panics outside of a task. O(scopes and groups around).
Instant current_effective_deadline();

WASIO_END
