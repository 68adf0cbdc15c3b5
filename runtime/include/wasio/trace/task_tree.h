// The task tree: which tasks run, who spawned them, what they await.
#pragma once

#include <wasio/detail/task_record.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

WASIO_BEGIN

class TaskRef;

namespace detail {
// Empty if memory is exhausted.
TaskRef ref_to(TaskRecord& record);
} // namespace detail

// A scope, a group or another combinator with tasks, which a task is in.
struct ScopeInfo {
  // `scope`, or the kind of task set: `group`, `gather`, `race`.
  std::string_view what;
  Instant deadline = Instant::never();
  bool shielded = false;
  CancelSource cancelled_by = CancelSource::none; // `none`: no cancel was aimed at it
  std::vector<TaskRef> tasks;                     // the tasks in it, in the order of their spawns
};

// Refers to any task, whatever its result. Copies refer to the same task. It may outlive the task;
// it then still knows the task's id, name and place, and keeps nothing else of it alive.
class TaskRef {
 public:
  TaskRef() = default;
  // Whether it refers to a task; all functions below panic if it does not.
  explicit operator bool() const { return static_cast<bool>(identity_); }
  friend bool operator==(const TaskRef&, const TaskRef&) = default;

  // Counted by the runtime from 1 in the order of the spawns, so it is the same on every host.
  std::uint32_t id() const;
  // The name given at the spawn; without one, the function and place of the spawn and the id.
  std::string name() const;
  // The name given at the spawn, or an empty string.
  std::string_view given_name() const { return identity().name(); }
  // Where it was spawned.
  Place spawned_at() const;

  bool done() const;
  // Ends the task at its next checkpoint, or now if it is suspended, as `TaskHandle::cancel` does.
  // `current_task().cancel()` ends the running task. A branch of a `gather`, `race` or
  // `as_completed` that is cancelled so fails with `task_cancelled`; any other task ends silently.
  // Returns false without effect if the task has ended or was already cancelled, except that the
  // end of the grace may be brought forward. O(scopes and tasks inside).
  bool cancel(const CancelOptions& options) const;
  bool cancel(std::string_view reason = {}) const { return cancel({.reason = reason}); }
  // Whether it is suspended in an operation. False while it runs, before its first step, and after
  // its end.
  bool waiting() const;
  // What it waits for, as one word: `sleep`, `receive`, `group`. Empty unless it waits.
  std::string_view waits_for() const;
  // Where it waits: the first place of `await_chain`. Unknown unless it waits, and for a task
  // without a coroutine of its own, such as `spawn(sleep(1s))`.
  Place waits_at() const;
  // Its await chain, innermost first: where it waits, which await is waiting for that, and so on.
  // Empty for a task that does not wait; for the running task use `current_await_chain`. O(depth).
  std::vector<Place> await_chain() const;

  // The task in whose group or gather it runs, which awaits its end. Empty for a task without one,
  // such as the main task, and for a task that has ended.
  TaskRef parent() const;
  // The tasks that await its handle, in FIFO order. O(awaiters).
  std::vector<TaskRef> awaiters() const;
  // The scopes and task sets that it is in, outermost first. O(scopes and tasks in them).
  std::vector<ScopeInfo> scopes() const;
  // The tasks in its groups and gathers, outermost first. O(scopes and children).
  std::vector<TaskRef> children() const;

 private:
  friend TaskRef detail::ref_to(detail::TaskRecord& record);

  detail::TaskIdentity& identity() const;
  // Null once the record is gone.
  detail::TaskRecord* record() const { return identity().task; }

  detail::Ref<detail::TaskIdentity> identity_;
};

// The running task; panics outside of one. O(1).
TaskRef current_task();

namespace detail {

// The places of the awaits from `top` down to the task's root. O(depth).
std::vector<Place> await_chain(const Frame* top, const TaskRecord& task);

// Where a waiting task waits. Skips frames that only carry a body; they have no place.
Place place_of_wait(const TaskRecord& task);

// Records the awaits from the awaiting frame down, and resumes that frame immediately.
class [[nodiscard("current_await_chain() must be awaited")]] CurrentAwaitChain {
 public:
  using wasio_awaitable = void;

  bool await_ready() const noexcept { return false; }
  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> awaiting) {
    note(frame_of(awaiting));
    return false;
  }
  std::vector<Place> await_resume() { return std::move(chain_); }

 private:
  void note(const Frame& awaiting);

  std::vector<Place> chain_;
};

} // namespace detail

// `co_await current_await_chain()` returns the await chain of the running task, as
// `TaskRef::await_chain` does for a waiting task; the first place is this await itself. No
// checkpoint. O(depth).
inline detail::CurrentAwaitChain current_await_chain() {
  return {};
}

// The tasks of this runtime that have no parent: the main task and background tasks, in the order
// of their spawns. Panics outside of a runtime's turn. O(these tasks).
std::vector<TaskRef> root_tasks();

WASIO_END
