#include <wasio/runtime.h>
#include <wasio/task_handle.h>

WASIO_BEGIN
namespace detail {

Error result_error(const TaskRecord& record) {
  if (!record.ended) return Error(errors::misuse, "asked for the result of a task that still runs");
  return record.error ? record.error : cancel_reason({});
}

HandleWait::~HandleWait() {
  if (pending()) unlink();
  target_->drop();
}

void HandleWait::start() {
  if (target_->ended) return answer();
  if (target_ == &task()) return fail(Error(errors::misuse, "a task awaits itself"));
  // At the end of the line: who waited first goes on first.
  HandleWait** last = &target_->awaiters;
  while (*last) last = &(*last)->next_;
  *last = this;
}

Wait::Stop HandleWait::stop() {
  unlink();
  return Stop::stopped;
}

void HandleWait::answer() {
  target_->awaited = true;
  if (target_->ending == Ending::value) return complete();
  fail(result_error(*target_));
}

void HandleWait::unlink() {
  for (HandleWait** at = &target_->awaiters; *at; at = &(*at)->next_) {
    if (*at != this) continue;
    *at = next_;
    return;
  }
}

void HandleWait::wake_all(TaskRecord& ended) {
  while (HandleWait* first = ended.awaiters) {
    ended.awaiters = first->next_;
    first->answer();
  }
}

} // namespace detail
WASIO_END
