// The tree of tasks, to be read: who runs, who spawned it, what it awaits.
#pragma once

#include <wasio/detail/task_record.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

WASIO_BEGIN

class TaskRef;

namespace detail {
// Empty when memory is exhausted.
TaskRef ref_to(TaskRecord& record);
} // namespace detail

// A scope, a group or another combinator with tasks, that a task is in.
struct ScopeInfo {
  // `scope`, or what the set of tasks is: `group`, `gather`, `race`.
  std::string_view what;
  Instant deadline = Instant::never();
  bool shielded = false;
  CancelSource cancelled_by = CancelSource::none; // `none`: no cancel was aimed at it
  std::vector<TaskRef> tasks;                     // that run in it, in the order of their spawns
};

// Refers to a task, to be read. Copies refer to the same one. It may outlive the task, whose id,
// name and place it still knows; it keeps nothing else of it.
class TaskRef {
 public:
  TaskRef() = default;
  // Whether it refers to a task; everything below panics if it does not.
  explicit operator bool() const { return static_cast<bool>(identity_); }
  friend bool operator==(const TaskRef&, const TaskRef&) = default;

  // Counted by the runtime from 1 in the order of the spawns, so the same on every host.
  std::uint32_t id() const;
  // The name given at the spawn; without one, the function and place of the spawn and the id.
  std::string name() const;
  // The name given at the spawn, or nothing.
  std::string_view given_name() const { return identity().name(); }
  // Where it was spawned.
  Place spawned_at() const;

  bool done() const;
  // It is suspended in an operation. False while it runs, before its first step, and at its end.
  bool waiting() const;
  // What it waits for, a word: `sleep`, `receive`, `group`. Empty unless it waits.
  std::string_view waits_for() const;
  // Where it waits: the first of `await_chain`. Unknown unless it waits, and of a task without a
  // coroutine of its own, such as `spawn(sleep(1s))`.
  Place waits_at() const;
  // The awaits that it stands in, innermost first: where it waits, who awaits that, and so on. Of a
  // task that does not wait nothing is known; the running one has `current_await_chain`. O(depth).
  std::vector<Place> await_chain() const;

  // The task in whose group or gather it runs: the one that awaits its end. Empty for one without,
  // as the main task, and for one that has ended.
  TaskRef parent() const;
  // The tasks that await its handle, in the order in which they came to it. O(them).
  std::vector<TaskRef> awaiters() const;
  // The scopes and sets of tasks that it is in, outermost first. O(scopes and tasks in them).
  std::vector<ScopeInfo> scopes() const;
  // The tasks that run in its groups and gathers, outermost first. O(them).
  std::vector<TaskRef> children() const;

 private:
  friend TaskRef detail::ref_to(detail::TaskRecord& record);

  detail::TaskIdentity& identity() const;
  // Null once it is gone.
  detail::TaskRecord* record() const { return identity().task; }

  detail::Ref<detail::TaskIdentity> identity_;
};

// The running task; panics outside of one. O(1).
TaskRef current_task();

namespace detail {

// The awaits from `top` down to the task's root. O(depth).
std::vector<Place> await_chain(const Frame* top, const TaskRecord& task);

// Where a task that waits does: frames that only carry a body have no place.
Place place_of_wait(const TaskRecord& task);

// Notes the awaits below the frame that awaits it, which goes on at once.
class [[nodiscard("the chain is that of the await")]] CurrentAwaitChain {
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

// `co_await current_await_chain()` gives the awaits that the running task stands in, as
// `TaskRef::await_chain` does for a task that waits: first this one itself. No checkpoint.
// O(depth).
inline detail::CurrentAwaitChain current_await_chain() {
  return {};
}

// The tasks of this runtime that have no parent: the main task and those in the background, in the
// order of their spawns. Panics outside of a runtime's turn. O(them).
std::vector<TaskRef> root_tasks();

WASIO_END
