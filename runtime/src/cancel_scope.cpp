#include <wasio/attempt.h>
#include <wasio/cancel_scope.h>
#include <wasio/guard.h>
#include <wasio/runtime.h>

WASIO_BEGIN
namespace {
constexpr const char* limit_is_nan = "the time limit is not a number";
}

CancelScope::CancelScope(CancelScope&& other)
    : node_(other.node_), deadline_(*this), timeout_(other.timeout_) {
  deadline_.when = other.deadline_.when;
  if (other.entered_) panic("a CancelScope was moved after it had been entered");
}

bool CancelScope::cancel(std::string_view reason) {
  return node_.cancel(CancelSource::call, detail::cancel_reason(reason));
}

void CancelScope::set_deadline(Instant when) {
  deadline_.when = when;
  timeout_ = Duration::forever();
  if (inside()) arm();
}

void CancelScope::set_timeout(Duration span) {
  if (inside()) {
    if (span.is_nan()) panic(limit_is_nan);
    return set_deadline(node_.host->home->now() + span);
  }
  timeout_ = span;
  deadline_.when = Instant::never();
}

void CancelScope::arm() {
  Runtime& runtime = *node_.host->home;
  const Instant when = deadline_.when;
  if (when.is_never()) return runtime.cancel_timer(deadline_);
  if (when <= runtime.now()) {
    runtime.cancel_timer(deadline_);
    deadline_.expire();
  } else {
    runtime.set_timer(deadline_, when, detail::TimerRank::deadline);
  }
}

void CancelScope::Deadline::expire() {
  scope_.node_.cancel(CancelSource::deadline, detail::cancel_reason("the deadline has passed"));
}

bool CancelScope::enter(detail::Frame& awaiting) {
  const char* wrong = nullptr;
  if (entered_) wrong = "a CancelScope can be run only once";
  if (timeout_.is_nan()) wrong = limit_is_nan;
  if (wrong) {
    leave_with_error(awaiting, Error(errors::misuse, wrong));
    return false;
  }
  enter(detail::current_task_record());
  return true;
}

void CancelScope::enter(detail::TaskRecord& task) {
  entered_ = true;
  node_.enter(task);
  if (!timeout_.is_forever()) deadline_.when = task.home->now() + timeout_;
  if (!deadline_.when.is_never()) arm();
}

void CancelScope::leave(detail::TaskRecord& task) {
  task.home->cancel_timer(deadline_);
  node_.leave(task);
}

void CancelScope::abandoned(detail::TaskRecord& task) {
  task.home->cancel_timer(deadline_);
}

detail::Boundary::Hold CancelScope::before_unwind(detail::Ending how) const {
  const bool catches = how == detail::Ending::cancelled && node_.catches();
  return catches ? detail::Boundary::Hold::stop : detail::Boundary::Hold::pass;
}

detail::Next CancelScope::body_ended(detail::TaskRecord& task, detail::Ending how) {
  caught_ = how == detail::Ending::cancelled && node_.catches();
  leave(task);
  if (caught_ || how == detail::Ending::value) return detail::Next::resume;
  return how == detail::Ending::error ? detail::Next::fail : detail::Next::cancel;
}

namespace detail {

Next fail_with_timeout(TaskRecord& task, Duration limit) {
  constexpr std::int64_t millisecond = 1'000'000;
  const std::int64_t span = limit.nanoseconds();
  const bool whole = span % millisecond == 0;
  task.error =
      Error(errors::timed_out, join_text("not done within ", whole ? span / millisecond : span,
                                         whole ? " ms" : " ns"));
  return Next::fail;
}

Boundary::Hold AttemptOutcome::before_unwind(Ending how) {
  return how == Ending::error ? Boundary::Hold::stop : Boundary::Hold::pass;
}

Next AttemptOutcome::body_ended(TaskRecord& task, Ending how) {
  if (how == Ending::cancelled) return Next::cancel;
  if (how == Ending::error) error = std::move(task.error);
  return Next::resume;
}

void GuardStage::abandoned(TaskRecord& task) {
  if (in_cleanup_) shield_.abandoned(task);
}

bool GuardStage::refused(Frame& awaiting) const {
  if (!within_.is_nan()) return false;
  leave_with_error(awaiting, Error(errors::misuse, limit_is_nan));
  return true;
}

Next GuardStage::begin_cleanup(TaskRecord& task, Ending how, Boundary& boundary, Frame* first,
                               void* slot) {
  body_ = how;
  error_ = std::move(task.error);
  in_cleanup_ = true;
  holds_value_ = how == Ending::value;
  shield_.node_.shielded = true;
  shield_.set_timeout(within_);
  shield_.enter(task);
  if (!first) {
    task.error = Error(errors::out_of_memory);
    return cleanup_ended(task, Ending::error);
  }
  first->stand_on(boundary);
  first->slot = slot;
  task.top = first;
  return Next::resume;
}

Next GuardStage::cleanup_ended(TaskRecord& task, Ending how) {
  shield_.leave(task);
  if (how == Ending::error) {
    if (body_ == Ending::error) task.error = std::move(error_).with_others({std::move(task.error)});
    return Next::fail;
  }
  // A cleanup ends as cancelled only by its own time limit, and then the body's outcome goes on.
  task.error = std::move(error_);
  switch (body_) {
  case Ending::value:
    return Next::resume;
  case Ending::error:
    return Next::fail;
  case Ending::cancelled:
    return Next::cancel;
  }
  return Next::resume;
}

} // namespace detail
WASIO_END
