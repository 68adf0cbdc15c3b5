#include <wasio/detail/scheduler.h>
#include <wasio/join_set.h>

WASIO_BEGIN
namespace detail {

JoinTasks::~JoinTasks() {
  while (TaskRecord* const ended = completed_.take_first()) ended->drop();
}

void JoinTasks::open(TaskRecord& host, Boundary& boundary) {
  boundary_ = &boundary;
  open_ = true;
  InnerNode::enter(host);
}

void JoinTasks::admit(TaskRecord& task, bool eager) {
  // Without a host, the runtime is being destroyed.
  if (!open_ || !host)
    return task.refuse(
        Error(errors::misuse, "spawn(): the join set has closed; the task was not run"));
  ++size_;
  add(task, host->scheduler(), eager);
}

void JoinTasks::fail_without_memory() {
  part_ended(Ending::error, no_memory());
}

void JoinTasks::child_ended(TaskRecord& child, Ending how) {
  if (how == Ending::cancelled) {
    if (!child.error()) {
      const ScopeNode* const node = child.cancelled ? &child : cancelled_node_above(*this);
      child.raise(node ? Error(node->reason) : cancel_reason({}));
    }
    if (reached) part_ended(how, {});
  }
  child.hold();
  if (LineWait* const wait = waiting_.take_first())
    return static_cast<JoinWait*>(wait)->take(&child);
  completed_.add(child);
}

// The last task has ended, and its outcome went to the first waiter.
void JoinTasks::emptied() {
  while (LineWait* const wait = waiting_.take_first()) static_cast<JoinWait*>(wait)->take(nullptr);
}

void JoinTasks::cancel_rest() {
  InnerNode::cancel(CancelSource::sibling, cancel_reason("the body of the join set has ended"));
}

Boundary::Hold JoinTasks::before_unwind(TaskRecord& host, Ending how) {
  if (how == Ending::error) cancel_rest();
  // Tasks may refer to the body's locals: its frames stay until the last task has ended.
  unwinding_ = !wait_until_empty(host);
  return unwinding_ ? Boundary::Hold::wait : Boundary::Hold::pass;
}

// The last task has ended while the host waited.
Next JoinTasks::resumed(TaskRecord& host) {
  if (!unwinding_) return boundary_->body_ended(host, Ending::value);
  unwinding_ = false;
  return go_on_after(host.ending());
}

// Called when the body has ended, and again when the tasks that outlived it have.
Next JoinTasks::body_ended(TaskRecord& host, Ending how) {
  if (!body_ended_) {
    body_ended_ = true;
    has_value_ = how == Ending::value;
    if (has_value_) {
      cancel_rest();
    } else {
      part_ended(how, host.take_error());
    }
  }
  if (!wait_until_empty(host)) return Next::suspend;
  open_ = false;
  keep_or_report_the_rest();
  return settle(host, first_with_others);
}

// Errors that were not taken: they join an error that propagates anyway, and are reported
// otherwise.
void JoinTasks::keep_or_report_the_rest() {
  while (TaskRecord* const ended = completed_.take_first()) {
    if (ended->ending() == Ending::error) {
      if (failed()) {
        keep_error(ended->error());
      } else {
        report_lost(ended->error());
      }
    }
    ended->drop();
  }
}

void JoinWait::start() {
  if (task().set() == set_)
    return fail(Error(errors::misuse, "next(): a task of the join set would wait for itself"));
  if (TaskRecord* const ended = set_->completed_.take_first()) return take(ended);
  if (set_->empty()) return complete();
  set_->waiting_.add(*this);
}

void JoinWait::take(TaskRecord* ended) {
  if (ended) --set_->size_;
  ended_ = Ref<TaskRecord>::take_over(ended);
  complete();
}

} // namespace detail
WASIO_END
