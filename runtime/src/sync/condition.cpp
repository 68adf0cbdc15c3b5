#include <wasio/condition.h>

WASIO_BEGIN

void Condition::notify(std::size_t count) {
  for (; count > 0; --count) {
    auto* const wait = line_.take_first();
    if (!wait) return;
    static_cast<detail::ConditionWait*>(wait)->take_mutex();
  }
}

void Condition::notify_all() {
  notify(line_.size());
}

namespace detail {

ConditionWait::ConditionWait(Condition& condition, MutexLock& lock)
    : MutexWait(condition.mutex_), condition_(&condition), lock_(&lock) {}

void ConditionWait::start() {
  if (lock_->mutex_ != mutex_)
    return fail(Error(errors::misuse, "Condition::wait(): the lock does not hold the mutex"));
  if (mutex_->owner_ != &task())
    return fail(Error(errors::misuse, "Condition::wait(): another task acquired the lock"));
  in_mutex_line_ = cancelled_ = false;
  condition_->line_.add(*this);
  lock_->release();
}

// Stops later, because the task must not unwind before it has the lock again.
Wait::Stop ConditionWait::stop() {
  cancelled_ = true;
  if (!in_mutex_line_) {
    condition_->line_.remove(*this);
    take_mutex();
  }
  return Stop::later;
}

void ConditionWait::take_mutex() {
  in_mutex_line_ = true;
  if (mutex_->broken_) return refused(mutex_->broken_);
  if (mutex_->owner_) return mutex_->line_.add(*this);
  granted();
}

void ConditionWait::granted() {
  mutex_->hand_to(task(), *lock_);
  cancelled_ ? confirm_stop() : complete();
}

// A cancelled wait ends even if it cannot get the lock back.
void ConditionWait::refused(Error why) {
  cancelled_ ? confirm_stop() : fail(std::move(why));
}

} // namespace detail
WASIO_END
