#include <wasio/runtime.h>
#include <wasio/task_handle.h>

WASIO_BEGIN
namespace detail {

Error result_error(const TaskRecord& record) {
  if (!record.ended) return Error(errors::misuse, "asked for the result of a task that still runs");
  return record.error ? record.error : cancel_reason({});
}

HandleWait::~HandleWait() {
  if (pending()) target_->awaiters.remove(*this);
  target_->drop();
}

void HandleWait::start() {
  if (target_->ended) return answer();
  if (target_ == &task()) return fail(Error(errors::misuse, "a task awaits itself"));
  target_->awaiters.add(*this);
}

Wait::Stop HandleWait::stop() {
  target_->awaiters.remove(*this);
  return Stop::stopped;
}

void HandleWait::answer() {
  target_->awaited = true;
  if (target_->ending == Ending::value) return complete();
  fail(result_error(*target_));
}

void HandleWait::wake_all(TaskRecord& ended) {
  while (HandleWait* const first = ended.awaiters.take_first()) first->answer();
}

} // namespace detail
WASIO_END
