// A lock that many readers or one writer hold.
#pragma once

#include <wasio/detail/end_watcher.h>
#include <wasio/detail/wait_line.h>

#include <cstddef>
#include <utility>

WASIO_BEGIN

class SharedMutex;

namespace detail {
class SharedMutexWait;
class ExclusiveWait;
class SharedWait;
} // namespace detail

// Holds a SharedMutex exclusively until `release` or the destructor. It can move, even to other
// tasks, but the owner remains the task that acquired it: see `SharedMutex`.
class [[nodiscard("a discarded lock is released immediately")]] ExclusiveLock {
 public:
  ExclusiveLock() = default;
  ExclusiveLock(ExclusiveLock&& other) noexcept { take_over(other); }
  ExclusiveLock& operator=(ExclusiveLock&& other) noexcept;
  ~ExclusiveLock() {
    if (mutex_) release();
  }

  // Whether it holds the mutex: false once released or moved from, and once the mutex is broken.
  explicit operator bool() const { return mutex_ != nullptr; }
  // Releases the mutex, or hands it over to the first waiters. Panics if this does not hold it.
  // Runs no task. O(1), plus the readers that continue.
  void release();

 private:
  friend SharedMutex;
  void take_over(ExclusiveLock& other) noexcept;
  SharedMutex* mutex_ = nullptr;
};

// Holds a SharedMutex together with other readers until `release` or the destructor. It may move to
// other tasks.
class [[nodiscard("a discarded lock is released immediately")]] SharedLock {
 public:
  SharedLock() = default;
  SharedLock(SharedLock&& other) noexcept : mutex_(std::exchange(other.mutex_, nullptr)) {}
  SharedLock& operator=(SharedLock&& other) noexcept;
  ~SharedLock() {
    if (mutex_) release();
  }

  // Whether it holds the mutex: false once released or moved from.
  explicit operator bool() const { return mutex_ != nullptr; }
  // Releases it; the last reader hands the mutex over to the first waiter. Panics if this does not
  // hold it. Runs no task. O(1).
  void release();

 private:
  friend SharedMutex;
  SharedMutex* mutex_ = nullptr;
};

// `auto lock = co_await mutex.lock_shared();` to read, `auto lock = co_await mutex.lock();` to
// write. FIFO: a waiting writer makes later readers wait behind it, so neither side starves; the
// mutex is handed over directly to the first waiter, if that is a reader together with the readers
// right behind it.
//
// A task that holds it shared must not lock it again in any way: a writer may wait in between, and
// then the two wait for each other. To turn a shared lock into an exclusive one, release it, lock,
// and look at the data anew.
//
// Must outlive its shared locks (otherwise it panics) and its waiters (otherwise they fail with
// `misuse`). If the task that holds it exclusively ends without releasing it, because the lock
// lives elsewhere, the mutex is broken, like a Mutex: all waiters and later callers fail with
// `broken`, which names that task. The end of a reader breaks nothing, as it has changed nothing:
// its lock counts until it is released.
class SharedMutex final : private detail::EndWatcher {
 public:
  SharedMutex() = default;
  SharedMutex(const SharedMutex&) = delete;
  SharedMutex& operator=(const SharedMutex&) = delete;
  // An exclusive lock that still holds it becomes empty.
  ~SharedMutex();

  // Wait for the mutex and return an `ExclusiveLock` or a `SharedLock`. Fail with `misuse` if the
  // task holds it exclusively, and with `broken` if it is broken. Cancel point, and schedule point
  // if they wait; a cancelled wait leaves the queue, and readers right behind a cancelled writer
  // move up. O(1), no allocation.
  detail::ExclusiveWait lock();
  detail::SharedWait lock_shared();
  // Return the lock if no task has to be waited for and the mutex is not broken, otherwise an empty
  // one. No checkpoint. O(1).
  ExclusiveLock try_lock();
  SharedLock try_lock_shared();

  // Whether it is held exclusively; how many shared locks are held.
  bool locked() const { return owner_ != nullptr; }
  std::size_t readers() const { return readers_; }
  std::size_t waiting() const { return line_.size(); }

 private:
  friend ExclusiveLock;
  friend SharedLock;
  friend detail::SharedMutexWait;
  friend detail::ExclusiveWait;
  friend detail::SharedWait;

  bool free_for(bool exclusive) const {
    return !owner_ && (exclusive ? readers_ == 0 : line_.empty());
  }
  void hand_to(detail::TaskRecord& task, ExclusiveLock& lock);
  void hand_to(SharedLock& lock);
  void let_go();
  void release_shared();
  // Hands the mutex to as many of the first waiters as can have it now.
  void serve();
  void task_ended(detail::TaskRecord& task) override;

  // Invariant: `owner_` and `lock_` are set together, and while they are, this is one of the
  // owner's end watchers and `readers_` is 0. The first waiter is one that cannot be served.
  detail::TaskRecord* owner_ = nullptr;
  ExclusiveLock* lock_ = nullptr;
  std::size_t readers_ = 0;
  detail::WaitLine line_;
  Error broken_;
};

namespace detail {

// A wait in the queue of a SharedMutex.
class SharedMutexWait : public LineWait {
 protected:
  SharedMutexWait(SharedMutex* mutex, bool exclusive) : mutex_(mutex), exclusive_(exclusive) {}
  SharedMutexWait(const SharedMutexWait& other) = default;
  ~SharedMutexWait() = default;

  SharedMutex* mutex_;

 private:
  friend SharedMutex;
  std::string_view what() const override { return exclusive_ ? "lock" : "shared lock"; }
  void start() override;
  Stop stop() override;
  // Called when it has its turn: takes the mutex.
  virtual void granted() = 0;
  void refused(const Error& why) { fail(why); }

  bool exclusive_;
};

class [[nodiscard("a lock begins only when it is awaited")]] ExclusiveWait final
    : public SharedMutexWait {
 public:
  explicit ExclusiveWait(SharedMutex& mutex) : SharedMutexWait(&mutex, true) {}
  ExclusiveWait(const ExclusiveWait& other) : SharedMutexWait(other) {}
  ExclusiveLock await_resume() noexcept { return std::move(lock_); }

 private:
  void granted() override;
  ExclusiveLock lock_; // holds the mutex between the grant and the task's next step
};

class [[nodiscard("a lock begins only when it is awaited")]] SharedWait final
    : public SharedMutexWait {
 public:
  explicit SharedWait(SharedMutex& mutex) : SharedMutexWait(&mutex, false) {}
  SharedWait(const SharedWait& other) : SharedMutexWait(other) {}
  SharedLock await_resume() noexcept { return std::move(lock_); }

 private:
  void granted() override;
  SharedLock lock_; // as above
};

} // namespace detail

inline detail::ExclusiveWait SharedMutex::lock() {
  return detail::ExclusiveWait(*this);
}
inline detail::SharedWait SharedMutex::lock_shared() {
  return detail::SharedWait(*this);
}

WASIO_END
