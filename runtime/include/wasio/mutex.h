// Mutual exclusion between tasks.
#pragma once

#include <wasio/detail/end_watcher.h>
#include <wasio/detail/wait_line.h>

WASIO_BEGIN

class Mutex;
class Condition;

namespace detail {
class MutexWait;
class LockWait;
class ConditionWait;
} // namespace detail

// Holds a mutex until `release` or the destructor. It can move, even to other tasks, but the owner
// of the mutex remains the task that acquired it: see `Mutex`.
class [[nodiscard("a discarded lock is released immediately")]] MutexLock {
 public:
  MutexLock() = default;
  MutexLock(MutexLock&& other) noexcept { take_over(other); }
  MutexLock& operator=(MutexLock&& other) noexcept;
  ~MutexLock() {
    if (mutex_) release();
  }

  // Whether it holds the mutex: false once released or moved from, and once the mutex is broken.
  explicit operator bool() const { return mutex_ != nullptr; }
  // Releases the mutex, or hands it over to the first waiter. Panics if this does not hold it. Runs
  // no task. O(1).
  void release();

 private:
  friend Mutex;
  friend detail::ConditionWait;

  void take_over(MutexLock& other) noexcept;
  Mutex* mutex_ = nullptr;
};

// `auto lock = co_await mutex.lock();` FIFO: the mutex is handed over directly to the first waiter,
// so no other task can take it in between.
//
// Must outlive its waiters (otherwise they fail with `misuse`). If the task that holds it ends
// without releasing it, because the lock lives elsewhere, the state of the protected data is
// unknown: the mutex is then broken, and all waiters and later callers fail with `broken`, which
// names that task.
class Mutex final : private detail::EndWatcher {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;
  // A lock that still holds it becomes empty.
  ~Mutex();

  // Waits for the mutex and returns a `MutexLock`. Fails with `misuse` if the task already holds
  // it, and with `broken` if it is broken. Cancel point, and schedule point if it waits; a
  // cancelled wait leaves the queue. O(1), no allocation.
  detail::LockWait lock();
  // Returns the lock if the mutex is free and not broken, otherwise an empty one. No checkpoint.
  // O(1).
  MutexLock try_lock();

  bool locked() const { return owner_ != nullptr; }
  std::size_t waiting() const { return line_.size(); }

 private:
  friend MutexLock;
  friend detail::LockWait;
  friend detail::ConditionWait;

  // Makes `task` the owner, through `lock`.
  void hand_to(detail::TaskRecord& task, MutexLock& lock);
  void let_go();
  void release();
  void task_ended(detail::TaskRecord& task) override;

  // Invariant: `owner_` and `lock_` are set together, and while they are, this is one of the
  // owner's end watchers. Without an owner, `line_` is empty.
  detail::TaskRecord* owner_ = nullptr;
  MutexLock* lock_ = nullptr;
  detail::WaitLine line_;
  Error broken_;
};

namespace detail {

// A wait in a mutex's queue.
class MutexWait : public LineWait {
 protected:
  explicit MutexWait(Mutex* mutex) : mutex_(mutex) {}
  MutexWait(const MutexWait& other) = default;
  ~MutexWait() = default;

  Mutex* mutex_;

 private:
  friend Mutex;
  // Called when this is the first waiter and the mutex is free: takes the mutex.
  virtual void granted() = 0;
  virtual void refused(Error why) { fail(std::move(why)); }
};

class [[nodiscard("a lock begins only when it is awaited")]] LockWait final : public MutexWait {
 public:
  explicit LockWait(Mutex& mutex) : MutexWait(&mutex) {}
  LockWait(const LockWait& other) : MutexWait(other) {}
  MutexLock await_resume() noexcept { return std::move(lock_); }

 private:
  std::string_view what() const override { return "lock"; }
  void start() override;
  void granted() override;

  MutexLock lock_; // holds the mutex between the grant and the task's next step
};

} // namespace detail

inline detail::LockWait Mutex::lock() {
  return detail::LockWait(*this);
}

WASIO_END
