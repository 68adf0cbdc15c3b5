#include <wasio/detail/scheduler.h>
#include <wasio/task_group.h>

WASIO_BEGIN

using detail::Ending;
using detail::Next;
using detail::TaskRecord;

bool detail::GroupStage::enter(Frame&, InnerBoundary& boundary) {
  group_.open(current_task_record(), boundary);
  return true;
}

void TaskGroup::open(TaskRecord& task, detail::Boundary& boundary) {
  boundary_ = &boundary;
  open_ = true;
  InnerNode::enter(task);
}

void TaskGroup::admit(TaskRecord& task, bool eager) {
  // Without a host, the runtime is being destroyed.
  if (!open_ || !host)
    return task.refuse(
        Error(errors::misuse, "spawn(): the group has closed; the task was not run"));
  add(task, host->scheduler(), eager);
}

void TaskGroup::emptied() {
  if (auto* joiner = std::exchange(joiner_, nullptr)) joiner->complete();
}

// Errors are in order of completion: the body has failed now, whenever its frames are gone.
void TaskGroup::reserve_body_error() {
  if (body_error_ != no_place) return;
  body_error_ = errors_.size();
  part_ended(Ending::error, Error());
}

detail::Boundary::Hold TaskGroup::before_unwind(TaskRecord& task, Ending how) {
  if (how == Ending::error) reserve_body_error();
  // Children may refer to the body's locals: its frames stay until the last child has ended.
  unwinding_ = !wait_until_empty(task);
  if (unwinding_) return detail::Boundary::Hold::wait;
  // The group's own cancel ends here; a cancel during which a child failed continues as an error.
  const bool ends = how == Ending::cancelled && (catches() || failed());
  return ends ? detail::Boundary::Hold::stop : detail::Boundary::Hold::pass;
}

// The last child has ended while the host waited.
Next TaskGroup::resumed(TaskRecord& task) {
  if (!unwinding_) return boundary_->body_ended(task, Ending::value);
  unwinding_ = false;
  return go_on_after(task.ending());
}

// Called when the body has ended, and again when the children that outlived it have.
Next TaskGroup::body_ended(TaskRecord& task, Ending how) {
  if (!body_ended_) {
    body_ended_ = true;
    has_value_ = how == Ending::value;
    if (how == Ending::error) {
      reserve_body_error();
      if (body_error_ < errors_.size()) errors_[body_error_] = task.take_error();
    } else {
      part_ended(how, {});
    }
  }
  if (!wait_until_empty(task)) return Next::suspend;
  open_ = false;
  drop_deadline();
  return settle(task, error_group);
}

void TaskGroup::set_deadline(Instant when) {
  // Without a host, the group has ended or its runtime is being destroyed.
  if (!host || (!deadline_ && when.is_never())) return;
  detail::Scheduler& scheduler = host->scheduler();
  if (!deadline_) deadline_ = new detail::GroupDeadline(*this, scheduler.timers());
  // Without memory the deadline counts as passed, rather than never.
  if (!deadline_) return detail::cancel_at_deadline(*this);
  deadline_->set(when, scheduler.loop().now());
}

namespace detail {

GroupDeadline::~GroupDeadline() {
  timers_.cancel(*this);
}

void GroupDeadline::set(Instant when, Instant now) {
  when_ = when;
  timers_.cancel(*this);
  if (when <= now || !timers_.set(*this, when, TimerRank::deadline)) due();
}

void GroupDeadline::due() {
  cancel_at_deadline(group_);
}

GroupJoin::~GroupJoin() {
  if (pending()) group_->joiner_ = nullptr;
}

void GroupJoin::start() {
  if (&task() != group_->host)
    return fail(Error(errors::misuse, "join(): only the body of the group can join it"));
  if (group_->empty()) return complete();
  group_->joiner_ = this;
}

Wait::Stop GroupJoin::stop() {
  group_->joiner_ = nullptr;
  return Stop::stopped;
}

} // namespace detail
WASIO_END
