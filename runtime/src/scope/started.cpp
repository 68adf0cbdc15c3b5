#include <wasio/detail/task_record.h>
#include <wasio/started.h>

WASIO_BEGIN
namespace detail {

Error started_twice() {
  return Error(errors::already_started, "started() was called twice");
}

bool StartSet::open(Frame& awaiting) {
  TaskRecord& caller = current_task_record();
  if (group_->open_ && group_->host && &group_->host->scheduler() == &caller.scheduler())
    return true;
  leave_with_error(awaiting, Error(errors::misuse, "start(): the group has closed or belongs to "
                                                   "another runtime; the task was not run"));
  return false;
}

void StartSet::run(Frame& awaiting, TaskRecord& child) {
  TaskRecord& caller = current_task_record();
  caller.leave(awaiting, Next::resume);
  group_->expect();
  InnerNode::enter(caller);
  add(child, caller.scheduler(), eager_);
  wait_in(awaiting, caller);
}

bool StartSet::hand_over() {
  if (reached) {
    part_ended(Ending::cancelled, {}); // whatever the child still does, `start` has no value
    return false;
  }
  started_ = true;
  group_->move_in(*first());
  return true;
}

// The child has moved out, or has ended without calling `started`.
Next StartSet::resumed(TaskRecord& caller) {
  if (!started_) group_->expect_no_more();
  const Next next = settle(caller, first_with_others);
  if (started_ || next != Next::resume) return next;
  return caller.raise(Error(errors::not_started, "the task ended without calling started()"));
}

} // namespace detail
WASIO_END
