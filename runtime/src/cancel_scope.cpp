#include <wasio/cancel_scope.h>
#include <wasio/runtime.h>

#include <utility>

WASIO_BEGIN
CancelScope::CancelScope(CancelScope&& other)
    : node_(std::move(other.node_)), deadline_(*this), timeout_(other.timeout_) {
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
    if (span.is_nan()) panic(detail::limit_is_nan);
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
  if (timeout_.is_nan()) wrong = detail::limit_is_nan;
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

} // namespace detail
WASIO_END
