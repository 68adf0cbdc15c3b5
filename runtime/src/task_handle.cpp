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
  // At the end of the line: who waited first goes on first. The first one knows the last.
  next_ = nullptr;
  HandleWait*& first = target_->awaiters;
  if (first) {
    previous_ = first->previous_;
    previous_->next_ = this;
    first->previous_ = this;
  } else {
    first = previous_ = this;
  }
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
  HandleWait*& first = target_->awaiters;
  if (next_) {
    next_->previous_ = previous_;
  } else if (first != this) {
    first->previous_ = previous_;
  }
  (first == this ? first : previous_->next_) = next_;
}

void HandleWait::wake_all(TaskRecord& ended) {
  HandleWait* next = std::exchange(ended.awaiters, nullptr);
  while (HandleWait* const wait = next) {
    next = std::exchange(wait->next_, nullptr);
    wait->answer();
  }
}

} // namespace detail
WASIO_END
