// A condition variable: waits for a state that a mutex protects.
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
  static constexpr bool always_stops = false; // it has to get the lock back first

  void await_resume() const noexcept {}

 private:
  friend Condition;
  std::string_view what() const override { return "condition"; }
  void start() override;
  Stop stop() override;
  void granted() override;
  void refused(Error why) override;
  // Enters the mutex's queue, or takes the mutex immediately if it is free.
  void take_mutex();

  Condition* condition_;
  MutexLock* lock_;
  bool in_mutex_line_ = false;
  bool cancelled_ = false;
};

} // namespace detail

// Lets tasks that hold the mutex wait until another task notifies them that the state has changed:
//   auto lock = co_await mutex.lock();
//   co_await condition.wait(lock, [&] { return !queue.empty(); });
// The condition and its mutex must outlive the waiters (otherwise they fail with `misuse`).
class Condition {
 public:
  explicit Condition(Mutex& mutex) : mutex_(&mutex) {}

  // Releases the lock, waits for a `notify`, and takes the lock again through the mutex's queue.
  // Fails with `misuse` if the lock does not hold this condition's mutex for the calling task.
  // Cancel and schedule point: a cancelled wait also takes the lock again before it unwinds, so
  // that destructors on the way out run with the lock held. O(1), no allocation.
  detail::ConditionWait wait(MutexLock& lock) { return detail::ConditionWait(*this, lock); }
  // Waits until `holds()` returns true. Checks it before the first wait and after every notify,
  // always with the lock held.
  template <std::predicate P>
  Task<> wait(MutexLock& lock, P holds) {
    while (!holds()) co_await wait(lock);
  }

  // Wakes the first `count` waiters in FIFO order; they resume one after another as each gets the
  // mutex. Runs no task. Holding the lock is good practice but not required. O(count).
  void notify(std::size_t count = 1);
  void notify_all();
  std::size_t waiting() const { return line_.size(); }

 private:
  friend detail::ConditionWait;
  Mutex* mutex_;
  detail::WaitLine line_;
};

WASIO_END
