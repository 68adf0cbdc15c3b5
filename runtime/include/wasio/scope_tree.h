// The tree that a cancel walks: scopes inside tasks, tasks inside sets of tasks.
#pragma once

#include <wasio/error.h>

#include <cstdint>

WASIO_BEGIN

// Who asked for a cancel: nobody yet, `cancel()` of a scope or group, a deadline, a failed sibling,
// a handle, the host (an abort), the end of the runtime.
enum class CancelSource : std::uint8_t { none, call, deadline, sibling, handle, host, ending };

namespace detail {

struct TaskRecord;
class TaskSet;

// A point that a cancel can be aimed at: a CancelScope, a set of tasks (group, gather), or a task's
// own root. Within one task the nodes form a line, from the task's root to its innermost scope; a
// task's root hangs below the set that the task belongs to. Nothing is allocated and nothing is
// registered: entering a scope is two stores.
//
// Invariant: `reached` == `cancelled` || (`outer` && !`shielded` && outer->reached), for every
// entered node, at every moment when user code runs.
struct ScopeNode {
  ScopeNode* outer = nullptr; // towards the root of everything
  ScopeNode* inner = nullptr; // the next node within the same task; null in the innermost
  TaskRecord* host = nullptr; // the task this node stands in; null in a runtime's root set
  TaskSet* set = nullptr;     // the tasks that hang below this node, if it is a set's
  Error reason;               // set by the first cancel
  CancelSource source = CancelSource::none;
  bool cancelled = false; // a cancel was aimed at this very node
  bool shielded = false;  // what reaches `outer` does not come in
  bool reached = false;   // a checkpoint directly inside ends the work

  // Whether a cancel from outside can be seen through this node now.
  bool reached_from_outside() const { return outer && !shielded && outer->reached; }
  // The rule for who catches: cancelled itself, and no cancel from outside in sight.
  bool catches() const { return cancelled && !reached_from_outside(); }

  void enter(TaskRecord& task);
  // Only the innermost node of its task may leave.
  void leave(TaskRecord& task);

  // The first cancel sets source and reason and returns true; later ones change nothing. Marks the
  // nodes below and asks the suspended leaves there to stop. Runs no user code. O(nodes below).
  bool cancel(CancelSource from, Error why);

  // Sets or drops the shield, with everything that follows below. O(nodes below).
  void set_shield(bool on);
};

// The nearest cancelled node that is visible from `node`: its cancel ends the work there. Null if
// there is none.
const ScopeNode* cancelled_node_above(const ScopeNode& node);

// One step of the walk over what is below `top`, in the order: a node, the tasks of its set, what
// is inside it in its own task. Null: the walk is over. `deeper`: look below `from`, else only
// beside and above it.
ScopeNode* next_in_walk(const ScopeNode& top, ScopeNode& from, bool deeper = true);

} // namespace detail

WASIO_END
