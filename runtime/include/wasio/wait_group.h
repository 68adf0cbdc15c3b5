// Waits until all work that was announced is done.
#pragma once

#include <wasio/detail/wait_line.h>

#include <cstddef>
#include <utility>

WASIO_BEGIN

class WaitGroup;

namespace detail {
class [[nodiscard("a wait begins only when it is awaited")]] WaitGroupWait final : public LineWait {
 public:
  explicit WaitGroupWait(WaitGroup& group) : group_(&group) {}
  void await_resume() const noexcept {}

 private:
  friend WaitGroup;
  std::string_view what() const override { return "wait group"; }
  void start() override;

  WaitGroup* group_;
};
} // namespace detail

// One piece of pending work, done when `done` is called or the object is destroyed, whatever comes
// first. Put it into the item that a channel carries: then an item counts as done when it has been
// processed, and also when a cancel or a closed channel destroys it.
class [[nodiscard("a discarded piece of work is done immediately")]] PendingWork {
 public:
  PendingWork() = default;
  PendingWork(PendingWork&& other) noexcept : group_(std::exchange(other.group_, nullptr)) {}
  PendingWork& operator=(PendingWork&& other) noexcept;
  ~PendingWork() {
    if (group_) done();
  }

  // Whether it is still pending: false once done or moved from.
  explicit operator bool() const { return group_ != nullptr; }
  // Counts it as done. Panics if it is done already or was moved from. Runs no task. O(1), or
  // O(waiting) for the last.
  void done();

 private:
  friend WaitGroup;
  explicit PendingWork(WaitGroup& group) : group_(&group) {}
  WaitGroup* group_ = nullptr;
};

// A count of pending work that tasks can wait for. It counts; it does not run anything: to run
// tasks and wait for them, use `task_group`.
//
// It may be used again after it has reached zero. Must outlive its PendingWork objects (otherwise
// it panics) and its waiters (otherwise they fail with `misuse`).
class WaitGroup {
 public:
  WaitGroup() = default;
  WaitGroup(const WaitGroup&) = delete;
  WaitGroup& operator=(const WaitGroup&) = delete;
  ~WaitGroup();

  // Announces one piece of work. O(1).
  PendingWork start() {
    ++count_;
    ++objects_;
    return PendingWork(*this);
  }
  // The same with plain counts: announces `count` pieces of work, reports as many as done. `done`
  // panics if fewer are pending. When none is left, all waiters continue. Run no task. O(1), or
  // O(waiting) for the last.
  void add(std::size_t count = 1) { count_ += count; }
  void done(std::size_t count = 1);

  // The pieces of work that are pending.
  std::size_t pending() const { return count_; }

  // Waits until no work is pending; completes immediately if none is. Work announced after the
  // count has reached zero does not hold up tasks that waited before. Cancel point, and schedule
  // point if it waits. O(1), no allocation.
  detail::WaitGroupWait wait() { return detail::WaitGroupWait(*this); }
  std::size_t waiting() const { return line_.size(); }

 private:
  friend PendingWork;
  friend detail::WaitGroupWait;

  std::size_t count_ = 0;
  std::size_t objects_ = 0; // of `count_`, those with a PendingWork
  detail::WaitLine line_;
};

WASIO_END
