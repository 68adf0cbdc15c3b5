// The tree that a cancel walks: scopes inside tasks, tasks inside sets of tasks.
#pragma once

#include <wasio/detail/timers.h>
#include <wasio/duration.h>
#include <wasio/error.h>

#include <cstdint>

WASIO_BEGIN

// What caused a cancel: nothing yet, `cancel()` of a scope or group, a deadline, a sibling (one
// failed, or the others are no longer needed), a handle, the host (an abort), the end of the
// runtime.
enum class CancelSource : std::uint8_t { none, call, deadline, sibling, handle, host, ending };

// How to cancel.
struct CancelOptions {
  std::string_view reason = {};
  // How long the shields inside hold, including those of guards' cleanups. Counted from the call,
  // or from entry for a scope that has not been entered. Afterwards what they protect is cancelled
  // too. By default they hold without limit. NaN counts as zero.
  Duration grace = Duration::forever();
};

namespace detail {

class TaskRecord;

// A point that a cancel can be aimed at: a task, a set of tasks (group, gather), or a scope. All
// nodes of a runtime form one tree: scopes and sets inside tasks, tasks inside sets. The nodes of
// one task form a line, from the task itself to its innermost scope or set, linked both ways. A
// task hangs below the set that it belongs to: its `outer` is the set, which has it in a list. Here
// task A has entered a scope and, inside it, a group with two children:
//
//           root set
//           |      ^
//     tasks |      | outer
//           v      |
//            task A --inner--> scope --inner--> group    the innermost node: its `inner` is null
//                   <--outer--       <--outer-- |   ^
//                                         tasks |   | outer
//                                               v   |
//                                          task B, task C
//
// A cancel marks its node and walks down, along `inner` and the lists of tasks. A cancel of the
// scope marks the scope, the group, B and C, in this order, and asks a task to stop when it marks
// its innermost node: A at the group, then B and C. It does not descend below a node whose mark
// does not change: one that is shielded, or was reached before. A cancel of B would mark only B.
//
// The marks make looking cheap: a checkpoint reads one bit of the task's innermost node and walks
// nowhere. Entering a scope only links it in; nothing is allocated or registered.
//
// Invariant: `reached` == `cancelled` || `reached_from_outside()`, for every entered node, at every
// moment when user code runs.
struct ScopeNode {
  enum class Kind : std::uint8_t { task, set, scope }; // TaskRecord, TaskSet, DeadlineNode

  ScopeNode* outer = nullptr; // towards the root set; null outside the tree
  ScopeNode* inner = nullptr; // the next node within the same task; null in the innermost
  Error reason;               // set by the first cancel
  Kind kind;
  CancelSource source = CancelSource::none;
  bool cancelled : 1 = false;    // a cancel was aimed at this node itself
  bool shielded : 1 = false;     // a cancel that reaches `outer` does not come in
  bool reached : 1 = false;      // a checkpoint directly inside ends the work
  bool has_grace : 1 = false;    // a grace of its cancel is running
  bool shields_fall : 1 = false; // shields directly inside fail: a grace, here or outside, is over
  // Fills the byte, so that one store initializes it.
  [[maybe_unused]] std::uint8_t spare_flags : 3 = 0;

  explicit ScopeNode(Kind kind) : kind(kind) {}

  bool shield_holds() const { return shielded && !(outer && outer->shields_fall); }
  // Whether a cancel from outside reaches into this node now.
  bool reached_from_outside() const { return outer && outer->reached && !shield_holds(); }
  // The rule for which node catches a cancel: it is cancelled itself, and no cancel from outside
  // reaches it.
  bool catches() const { return cancelled && !reached_from_outside(); }

  // Adds this node, which has nothing below it, to the tree, below `node`.
  void hang_below(ScopeNode& node);
  // Moves this node, with everything below it, below `node`. O(nodes below).
  void move_below(ScopeNode& node);

  // The first call sets source and reason, marks the nodes below, asks the suspended tasks there to
  // stop, and returns true. A later call can only bring the end of the grace forward. Runs no user
  // code. O(nodes below).
  bool cancel(CancelSource from, Error why);
  bool cancel(CancelSource from, const CancelOptions& options);

  // Raises or drops the shield and updates the marks below. O(nodes below).
  void set_shield(bool on);

  // From now on the shields inside hold for at most `span`; an earlier end that was set before
  // stays. The node must be entered. O(1), and O(nodes below) when the grace ends; O(running
  // graces) if the node has one already.
  void begin_grace(Duration span);
  // Called when the node is left or the grace is over.
  void end_grace() {
    if (has_grace) [[unlikely]]
      drop_grace();
  }
  // The grace of this node is over: no shield below holds any more. O(nodes below).
  void drop_shields_below();

 private:
  void drop_grace();
};

// A node that a task enters and leaves.
struct InnerNode : ScopeNode {
  TaskRecord* host = nullptr; // null unless entered, and in a root set

  using ScopeNode::ScopeNode;

  void enter(TaskRecord& task);
  // Only the innermost node of its task may leave.
  void leave(TaskRecord& task);
};

// A scope, whose timer cancels it at its deadline.
struct DeadlineNode final : InnerNode, Timer {
  Instant when = Instant::never();

  DeadlineNode() : InnerNode(Kind::scope) {}

  void due() final;
};

// Cancels the node because its deadline has passed.
void cancel_at_deadline(ScopeNode& node);

// The task that the node is or is in. Null for a runtime's root set, and unless it is entered.
TaskRecord* task_of(ScopeNode& node);

// The deadline of a scope or a set; never if it has none, and for a task.
Instant deadline_of(const ScopeNode& node);

// A word for what the node is: `task`, `scope`, `group`, `gather`.
std::string_view word_for(const ScopeNode& node);

// A word for what caused a cancel.
std::string_view word_for(CancelSource source);

// The nearest cancelled node, from `node` outwards, whose cancel reaches `node` and so ends the
// work there. Null if there is none.
const ScopeNode* cancelled_node_above(const ScopeNode& node);

// One step of the walk over what is below `top`, in this order: a node, the tasks of its set, what
// is inside it in its own task. Null: the walk is over. `deeper`: look below `from`; otherwise only
// beside and above it.
ScopeNode* next_in_walk(const ScopeNode& top, ScopeNode& from, bool deeper = true);

// What a cancel carries: an error of the kind `task_cancelled` with the reason as its message.
Error cancel_reason(std::string_view reason);

} // namespace detail

WASIO_END
