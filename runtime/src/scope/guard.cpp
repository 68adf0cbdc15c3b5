#include <wasio/detail/task_record.h>
#include <wasio/guard.h>

WASIO_BEGIN
namespace detail {

void CleanupRun::abandoned(TaskRecord& task) {
  if (running_) shield_.abandoned(task);
}

bool CleanupRun::refused(Frame& awaiting) const {
  if (!within_.is_nan()) return false;
  leave_with_error(awaiting, Error(errors::misuse, limit_is_nan));
  return true;
}

Next CleanupRun::begin(TaskRecord& task, Ending how, Boundary& boundary, Frame* first) {
  body_ = how;
  error_ = task.take_error();
  running_ = true;
  shield_.set_shield(true);
  shield_.set_timeout(within_);
  shield_.enter(task);
  if (first) return task.run_above(boundary, *first, nullptr);
  task.raise(nothing_to_start());
  return ended(task, Ending::error);
}

Next CleanupRun::ended(TaskRecord& task, Ending how) {
  shield_.leave(task);
  if (how == Ending::error) {
    if (body_ == Ending::value || body_ == Ending::cancelled) return Next::fail;
    return task.raise(std::move(error_).with_others({task.take_error()}));
  }
  // A cleanup is cancelled only by its time limit or the end of a grace; the body's outcome then
  // continues.
  task.raise(std::move(error_));
  return go_on_after(body_);
}

bool GuardRun::enter(Frame& awaiting, InnerBoundary& boundary) {
  boundary_ = &boundary;
  return !cleanup_.refused(awaiting);
}

Next GuardRun::begin_cleanup(TaskRecord& task, Ending how, Frame* first) {
  holds_value_ = how == Ending::value;
  return cleanup_.begin(task, how, *boundary_, first);
}

} // namespace detail
WASIO_END
