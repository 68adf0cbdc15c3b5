#include <wasio/cancel_scope.h>
#include <wasio/runtime.h>

#include <algorithm>
#include <utility>

WASIO_BEGIN
CancelScope::CancelScope(CancelScope&& other)
    : node_(std::move(other.node_)), timeout_(other.timeout_) {
  if (other.entered_) panic("a CancelScope was moved after it had been entered");
}

bool CancelScope::cancel(const CancelOptions& options) {
  const bool first = node_.ScopeNode::cancel(CancelSource::call, options);
  // Who is cancelled already needs no deadline.
  if (!entered_) timeout_ = first ? options.grace : std::min(timeout_, options.grace);
  return first;
}

void CancelScope::set_deadline(Instant when) {
  node_.when = when;
  if (!cancel_called()) timeout_ = Duration::forever();
  if (inside()) arm(node_.host->home->now());
}

void CancelScope::set_timeout(Duration span) {
  if (inside()) {
    if (span.is_nan()) panic(detail::limit_is_nan);
    const Instant now = node_.host->home->now();
    node_.when = now + span;
    return arm(now);
  }
  node_.when = Instant::never();
  if (!cancel_called()) timeout_ = span;
}

void CancelScope::arm(Instant now) {
  Runtime& runtime = *node_.host->home;
  runtime.cancel_timer(node_);
  if (node_.when <= now) {
    node_.due();
  } else {
    runtime.set_timer(node_, node_.when, detail::TimerRank::deadline);
  }
}

bool CancelScope::enter(detail::Frame& awaiting) {
  const char* wrong = nullptr;
  if (entered_) wrong = "a CancelScope can be run only once";
  if (timeout_.is_nan() && !cancel_called()) wrong = detail::limit_is_nan;
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
  if (timeout_.is_forever()) {
    if (!node_.when.is_never()) arm(task.home->now());
  } else if (cancel_called()) {
    task.home->begin_grace(node_, timeout_);
  } else {
    set_timeout(timeout_);
  }
}

void CancelScope::leave(detail::TaskRecord& task) {
  task.home->cancel_timer(node_);
  node_.leave(task);
}

void CancelScope::abandoned(detail::TaskRecord& task) {
  task.home->cancel_timer(node_);
}

detail::Boundary::Hold CancelScope::before_unwind(detail::Ending how) const {
  const bool catches = how == detail::Ending::cancelled && node_.catches();
  return catches ? detail::Boundary::Hold::stop : detail::Boundary::Hold::pass;
}

detail::Next CancelScope::body_ended(detail::TaskRecord& task, detail::Ending how) {
  caught_ = how == detail::Ending::cancelled && node_.catches();
  leave(task);
  return caught_ ? detail::Next::resume : detail::go_on_after(how);
}

namespace detail {

Next fail_with_timeout(TaskRecord& task, Duration limit) {
  task.error = Error(errors::timed_out, "not done within " + describe(limit));
  return Next::fail;
}

} // namespace detail

Instant current_effective_deadline() {
  using detail::ScopeNode;
  const ScopeNode* node = detail::current_task_record().scope;
  if (node->reached) return Instant::earliest();
  Instant earliest = Instant::never();
  while (node) {
    if (node->kind == ScopeNode::Kind::scope)
      earliest = std::min(earliest, static_cast<const detail::DeadlineNode*>(node)->when);
    node = node->shield_holds() ? nullptr : node->outer;
  }
  return earliest;
}

WASIO_END
