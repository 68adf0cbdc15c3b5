#include <wasio/guard.h>
#include <wasio/runtime.h>

WASIO_BEGIN
namespace detail {

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
  shield_.set_shield(true);
  shield_.set_timeout(within_);
  shield_.enter(task);
  if (!first) {
    task.error = nothing_to_start();
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
  return go_on_after(body_);
}

} // namespace detail
WASIO_END
