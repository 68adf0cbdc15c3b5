// Waits that are the branches of a `select` or of a `race`.
#pragma once

#include <wasio/wait.h>

#include <cstddef>

WASIO_BEGIN
namespace detail {

// What a task waits in while it waits for several things.
class WaitHost : public Wait {
 public:
  // A wait that was armed as a branch of this has ended. If it failed, the error is the task's.
  virtual void branch_ended(Wait& branch);

 protected:
  ~WaitHost() = default;
};

// One branch, in a circle.
struct WaitBranch {
  explicit WaitBranch(Wait& wait) : wait(&wait) {}

  Wait* wait;
  WaitBranch* next = nullptr;
};

// The branches of one host. The host's task arms them in order; the first to end wins and stops the
// others inside its own `complete`, so whoever comes next finds them gone. A task waits without a
// task or an allocation per branch.
//
//     task ── waits in ──> host ──> [ wait ] ─> [ wait ] ─> [ wait ] ─> back to the first
//       ^                                          |
//       └──── wakes ──── host <── branch_ended ── complete
//
// Invariant: outside `arm` and `stop`, the waits are all armed, or none of them is.
class WaitBranches {
 public:
  void clear() { last_ = nullptr; }
  void add(WaitBranch& branch) {
    branch.next = last_ ? std::exchange(last_->next, &branch) : &branch;
    last_ = &branch;
  }

  // Arms the branches, from the one with the index `first` on, until one of them wins.
  void arm(TaskRecord& task, WaitHost& host, std::size_t first = 0);
  // `branch` has ended. False: another one had won before. O(branches).
  bool won_by(Wait& branch);
  // Stops those that are armed, without effect. O(branches).
  void stop();

  // The one that has ended first; null as long as none has.
  const Wait* winner() const { return winner_; }

 private:
  WaitBranch* last_ = nullptr; // its `next` is the first branch
  const Wait* winner_ = nullptr;
};

} // namespace detail
WASIO_END
