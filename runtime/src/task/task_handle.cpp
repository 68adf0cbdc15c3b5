#include <wasio/task_handle.h>

WASIO_BEGIN
namespace detail {

Error result_error(const TaskRecord& record) {
  if (!record.ended()) return Error(errors::misuse, "the task has not ended yet; await its handle");
  return record.error() ? record.error() : cancel_reason({});
}

HandleWait::~HandleWait() {
  if (pending()) target_->end_watchers().remove(*this);
}

void HandleWait::start() {
  if (target_->ended()) return task_ended(*target_);
  if (target_.get() == &task()) return fail(Error(errors::misuse, "a task awaits itself"));
  target_->end_watchers().add(*this);
}

Wait::Stop HandleWait::stop() {
  target_->end_watchers().remove(*this);
  return Stop::stopped;
}

void HandleWait::task_ended(TaskRecord& target) {
  target.set_awaited();
  if (target.ending() == Ending::value) return complete();
  fail(result_error(target));
}

} // namespace detail
WASIO_END
