// One task at a time.
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

// The right to be alone, from the moment it was got until `release` or the destructor. It moves,
// also to other tasks, but it belongs to the task that got it: see `Mutex`.
class [[nodiscard("a lock that is not kept is released at once")]] MutexLock {
 public:
  MutexLock() = default;
  MutexLock(MutexLock&& other) noexcept { take_over(other); }
  MutexLock& operator=(MutexLock&& other) noexcept;
  ~MutexLock() {
    if (mutex_) release();
  }

  // Whether it holds the mutex: false once released or moved from, and of a broken mutex.
  explicit operator bool() const { return mutex_ != nullptr; }
  // The first in line has the mutex from now on. Panics if this does not hold it. Runs nothing.
  // O(1).
  void release();

 private:
  friend Mutex;
  friend detail::ConditionWait;

  void take_over(MutexLock& other) noexcept;
  Mutex* mutex_ = nullptr;
};

// `auto lock = co_await mutex.lock();` First come, first served: it is handed over to the first in
// line, and nobody can slip in between.
//
// It must outlive those who wait for it, who else fail with `misuse`. When the task that holds it
// ends without having released it, because the lock lives elsewhere, nobody knows in what state it
// left what the mutex protects: the mutex is broken, and everyone fails with `broken`, which names
// that task.
class Mutex : private detail::EndWatcher {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;
  // A lock that still holds it then holds nothing.
  ~Mutex();

  // Waits for the mutex; gives the `MutexLock`. Fails with `misuse` if the task holds it already,
  // and with `broken`. Cancel point, and schedule point if it waits; a cancelled wait leaves the
  // line. O(1), no allocation.
  detail::LockWait lock();
  // The lock if the mutex is free, else an empty one. No checkpoint. O(1).
  MutexLock try_lock();

  bool locked() const { return owner_ != nullptr; }
  std::size_t waiting() const { return line_.size(); }

 private:
  friend MutexLock;
  friend detail::LockWait;
  friend detail::ConditionWait;

  // `task` has it from now on, by `lock`.
  void hand_to(detail::TaskRecord& task, MutexLock& lock);
  void let_go();
  void release();
  void task_ended(detail::TaskRecord& task) override;

  // Invariant: `owner_` and `lock_` are set together; then this is among the owner's end watchers.
  // Without an owner nobody is in line.
  detail::TaskRecord* owner_ = nullptr;
  MutexLock* lock_ = nullptr;
  detail::WaitLine line_;
  Error broken_;
};

namespace detail {

// A wait in a mutex's line.
class MutexWait : public LineWait {
 protected:
  explicit MutexWait(Mutex* mutex) : mutex_(mutex) {}
  MutexWait(const MutexWait& other) = default;
  ~MutexWait() = default;

  Mutex* mutex_;

 private:
  friend Mutex;
  // The turn has come: takes the mutex.
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

  MutexLock lock_; // between the turn and the task's next step
};

} // namespace detail

inline detail::LockWait Mutex::lock() {
  return detail::LockWait(*this);
}

WASIO_END
