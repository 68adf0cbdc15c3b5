// Waiting for a state that a mutex protects.
#pragma once

#include <wasio/mutex.h>
#include <wasio/task.h>

#include <concepts>

WASIO_BEGIN

namespace detail {

class [[nodiscard("a wait begins only when it is awaited")]] ConditionWait final
    : public MutexWait {
 public:
  ConditionWait(Condition& condition, MutexLock& lock);
  void await_resume() const noexcept {}

 private:
  friend Condition;
  std::string_view what() const override { return "condition"; }
  void start() override;
  Stop stop() override;
  void granted() override;
  void refused(Error why) override;
  // Into the mutex's line, or past it.
  void take_mutex();

  Condition* condition_;
  MutexLock* lock_;
  bool in_mutex_line_ = false;
  bool cancelled_ = false;
};

} // namespace detail

// Tasks that hold the mutex wait here until another one says that the state has changed:
//   auto lock = co_await mutex.lock();
//   co_await condition.wait(lock, [&] { return !queue.empty(); });
// It must outlive those who wait, as must the mutex.
class Condition {
 public:
  explicit Condition(Mutex& mutex) : mutex_(&mutex) {}

  // Releases the lock, waits for a `notify`, and takes the lock again, in the line of the mutex.
  // Fails with `misuse` if the lock does not hold this condition's mutex. Cancel and schedule
  // point: a cancelled wait takes the lock again too, and then ends the work, so that nothing that
  // is destroyed on the way out finds itself without the lock. O(1), no allocation.
  detail::ConditionWait wait(MutexLock& lock) { return detail::ConditionWait(*this, lock); }
  // Waits until `holds()`, looked at first and after every notify, always with the lock.
  template <std::predicate P>
  Task<> wait(MutexLock& lock, P holds) {
    while (!holds()) co_await wait(lock);
  }

  // The first `count` who wait go on, in the order in which they came, one after another as the
  // mutex comes to them. Runs nothing; to hold the lock is good manners, but not needed. O(count).
  void notify(std::size_t count = 1);
  void notify_all();
  std::size_t waiting() const { return line_.size(); }

 private:
  friend detail::ConditionWait;
  Mutex* mutex_;
  detail::WaitLine line_;
};

WASIO_END
