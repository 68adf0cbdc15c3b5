#include <wasio/detail/task_record.h>
#include <wasio/shared_mutex.h>
#include <wasio/trace/task_tree.h>

WASIO_BEGIN

using detail::SharedMutexWait;

void ExclusiveLock::take_over(ExclusiveLock& other) noexcept {
  mutex_ = std::exchange(other.mutex_, nullptr);
  if (mutex_) mutex_->lock_ = this;
}

ExclusiveLock& ExclusiveLock::operator=(ExclusiveLock&& other) noexcept {
  if (this == &other) return *this;
  if (mutex_) release();
  take_over(other);
  return *this;
}

void ExclusiveLock::release() {
  if (!mutex_) panic("release() on an empty ExclusiveLock");
  SharedMutex& mutex = *std::exchange(mutex_, nullptr);
  mutex.let_go();
  mutex.serve();
}

SharedLock& SharedLock::operator=(SharedLock&& other) noexcept {
  if (this == &other) return *this;
  if (mutex_) release();
  mutex_ = std::exchange(other.mutex_, nullptr);
  return *this;
}

void SharedLock::release() {
  if (!mutex_) panic("release() on an empty SharedLock");
  std::exchange(mutex_, nullptr)->release_shared();
}

SharedMutex::~SharedMutex() {
  if (readers_ != 0) panic("a SharedMutex was destroyed before its shared locks");
  if (!owner_) return;
  lock_->mutex_ = nullptr;
  let_go();
}

ExclusiveLock SharedMutex::try_lock() {
  ExclusiveLock lock;
  if (free_for(true) && !broken_) hand_to(detail::current_task_record(), lock);
  return lock;
}

SharedLock SharedMutex::try_lock_shared() {
  SharedLock lock;
  if (free_for(false) && !broken_) hand_to(lock);
  return lock;
}

void SharedMutex::hand_to(detail::TaskRecord& task, ExclusiveLock& lock) {
  owner_ = &task;
  task.end_watchers().add(*this);
  lock_ = &lock;
  lock.mutex_ = this;
}

void SharedMutex::hand_to(SharedLock& lock) {
  ++readers_;
  lock.mutex_ = this;
}

void SharedMutex::let_go() {
  owner_->end_watchers().remove(*this);
  owner_ = nullptr;
  lock_ = nullptr;
}

void SharedMutex::release_shared() {
  if (--readers_ == 0) serve();
}

void SharedMutex::serve() {
  while (auto* const first = static_cast<SharedMutexWait*>(line_.first())) {
    if (owner_ || (first->exclusive_ && readers_ != 0)) return;
    line_.remove(*first);
    first->granted();
  }
}

void SharedMutex::task_ended(detail::TaskRecord& task) {
  owner_ = nullptr;
  std::exchange(lock_, nullptr)->mutex_ = nullptr;
  broken_ = Error(errors::broken, join_text("task ", detail::ref_to(task).name(),
                                            " ended without releasing the shared mutex"));
  while (auto* const wait = line_.take_first())
    static_cast<SharedMutexWait*>(wait)->refused(broken_);
}

namespace detail {

void SharedMutexWait::start() {
  if (mutex_->broken_) return fail(mutex_->broken_);
  if (mutex_->owner_ == &task())
    return fail(Error(errors::misuse, "the task already holds this shared mutex exclusively"));
  if (!mutex_->free_for(exclusive_)) return mutex_->line_.add(*this);
  granted();
}

Wait::Stop SharedMutexWait::stop() {
  leave_line();
  mutex_->serve();
  return Stop::stopped;
}

void ExclusiveWait::granted() {
  mutex_->hand_to(task(), lock_);
  complete();
}

void SharedWait::granted() {
  mutex_->hand_to(lock_);
  complete();
}

} // namespace detail
WASIO_END
