#include <wasio/detail/task_record.h>
#include <wasio/mutex.h>
#include <wasio/trace/task_tree.h>

WASIO_BEGIN

using detail::MutexWait;

void MutexLock::take_over(MutexLock& other) noexcept {
  mutex_ = std::exchange(other.mutex_, nullptr);
  if (mutex_) mutex_->lock_ = this;
}

MutexLock& MutexLock::operator=(MutexLock&& other) noexcept {
  if (this == &other) return *this;
  if (mutex_) release();
  take_over(other);
  return *this;
}

void MutexLock::release() {
  if (!mutex_) panic("release() on an empty MutexLock");
  std::exchange(mutex_, nullptr)->release();
}

Mutex::~Mutex() {
  if (!owner_) return;
  lock_->mutex_ = nullptr;
  let_go();
}

MutexLock Mutex::try_lock() {
  MutexLock lock;
  if (!owner_ && !broken_) hand_to(detail::current_task_record(), lock);
  return lock;
}

void Mutex::hand_to(detail::TaskRecord& task, MutexLock& lock) {
  owner_ = &task;
  task.end_watchers().add(*this);
  lock_ = &lock;
  lock.mutex_ = this;
}

void Mutex::let_go() {
  owner_->end_watchers().remove(*this);
  owner_ = nullptr;
  lock_ = nullptr;
}

void Mutex::release() {
  let_go();
  if (auto* const next = line_.take_first()) static_cast<MutexWait*>(next)->granted();
}

void Mutex::task_ended(detail::TaskRecord& task) {
  owner_ = nullptr;
  std::exchange(lock_, nullptr)->mutex_ = nullptr;
  broken_ = Error(errors::broken, join_text("task ", detail::ref_to(task).name(),
                                            " ended without releasing the mutex"));
  while (auto* const wait = line_.take_first()) static_cast<MutexWait*>(wait)->refused(broken_);
}

namespace detail {

void LockWait::start() {
  if (mutex_->broken_) return fail(mutex_->broken_);
  if (mutex_->owner_ == &task())
    return fail(Error(errors::misuse, "lock(): the task already holds this mutex"));
  if (mutex_->owner_) return mutex_->line_.add(*this);
  granted();
}

void LockWait::granted() {
  mutex_->hand_to(task(), lock_);
  complete();
}

} // namespace detail
WASIO_END
