#include <wasio/cancel_scope.h>
#include <wasio/detail/scheduler.h>

#include <algorithm>
#include <utility>

WASIO_BEGIN
namespace detail {

Scope::Scope(Scope&& other) : node_(std::move(other.node_)), timeout_(other.timeout_) {
  if (other.entered_) panic("a CancelScope was moved after it was entered");
}

bool Scope::cancel(const CancelOptions& options) {
  const bool first = node_.ScopeNode::cancel(CancelSource::call, options);
  // A cancelled scope needs no deadline.
  if (!entered_) timeout_ = first ? options.grace : std::min(timeout_, options.grace);
  return first;
}

void Scope::set_deadline(Instant when) {
  node_.when = when;
  if (!node_.cancelled) timeout_ = Duration::forever();
  if (inside()) arm(node_.host->scheduler().loop().now());
}

void Scope::set_timeout(Duration span) {
  if (inside()) {
    if (span.is_nan()) panic(limit_is_nan);
    const Instant now = node_.host->scheduler().loop().now();
    node_.when = now + span;
    return arm(now);
  }
  node_.when = Instant::never();
  if (!node_.cancelled) timeout_ = span;
}

void Scope::arm(Instant now) {
  Timers& timers = node_.host->scheduler().timers();
  timers.cancel(node_);
  // Without memory for the timer the deadline counts as passed, rather than never.
  if (node_.when <= now || !timers.set(node_, node_.when, TimerRank::deadline)) node_.due();
}

bool Scope::enter(Frame& awaiting) {
  const char* wrong = nullptr;
  if (entered_) wrong = "a CancelScope can be run only once";
  if (timeout_.is_nan() && !node_.cancelled) wrong = limit_is_nan;
  if (wrong) {
    leave_with_error(awaiting, Error(errors::misuse, wrong));
    return false;
  }
  enter(current_task_record());
  return true;
}

void Scope::enter(TaskRecord& task) {
  entered_ = true;
  node_.enter(task);
  if (timeout_.is_forever()) {
    if (!node_.when.is_never()) arm(task.scheduler().loop().now());
  } else if (node_.cancelled) {
    node_.begin_grace(timeout_);
  } else {
    set_timeout(timeout_);
  }
}

void Scope::leave(TaskRecord& task) {
  task.scheduler().timers().cancel(node_);
  node_.leave(task);
}

void Scope::abandoned(TaskRecord& task) {
  task.scheduler().timers().cancel(node_);
}

Boundary::Hold Scope::before_unwind(Ending how) const {
  const bool catches = how == Ending::cancelled && node_.catches();
  return catches ? Boundary::Hold::stop : Boundary::Hold::pass;
}

Next Scope::body_ended(TaskRecord& task, Ending how) {
  caught_ = how == Ending::cancelled && node_.catches();
  leave(task);
  return caught_ ? Next::resume : go_on_after(how);
}

Next FailAfterStage::body_ended(TaskRecord& task, Ending how) {
  const Next next = scope().body_ended(task, how);
  if (!scope().caught()) return next;
  return task.raise(Error(errors::timed_out, "timed out after " + describe(limit_)));
}

} // namespace detail

Instant current_effective_deadline() {
  using detail::ScopeNode;
  const ScopeNode* node = &detail::current_task_record().scope();
  if (node->reached) return Instant::earliest();
  Instant earliest = Instant::never();
  while (node) {
    earliest = std::min(earliest, detail::deadline_of(*node));
    node = node->shield_holds() ? nullptr : node->outer;
  }
  return earliest;
}

WASIO_END
