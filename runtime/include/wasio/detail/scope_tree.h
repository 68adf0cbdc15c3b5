// The tree that a cancel walks: scopes inside tasks, tasks inside sets of tasks.
#pragma once

#include <wasio/detail/timers.h>
#include <wasio/duration.h>
#include <wasio/error.h>

#include <cstdint>

WASIO_BEGIN

// Who asked for a cancel: nobody yet, `cancel()` of a scope or group, a deadline, a failed sibling,
// a handle, the host (an abort), the end of the runtime.
enum class CancelSource : std::uint8_t { none, call, deadline, sibling, handle, host, ending };

// How to cancel.
struct CancelOptions {
  std::string_view reason = {};
  // How long the shields inside hold, those of guards' cleanups too, counted from the call, or from
  // entry for a scope that has not been entered. Then what they protect is cancelled as well. By
  // default they hold as long as they like. A NaN counts as zero.
  Duration grace = Duration::forever();
};

namespace detail {

class TaskRecord;

// A point that a cancel can be aimed at: a task, a set of tasks (group, gather), or a scope. Within
// one task the nodes form a line, from the task itself to its innermost scope; a task hangs below
// the set that it belongs to. Nothing is allocated and nothing is registered: entering a scope is
// two stores.
//
// Invariant: `reached` == `cancelled` || `reached_from_outside()`, for every entered node, at every
// moment when user code runs.
struct ScopeNode {
  enum class Kind : std::uint8_t { task, set, scope }; // TaskRecord, TaskSet, DeadlineNode

  ScopeNode* outer = nullptr; // towards the root of everything
  ScopeNode* inner = nullptr; // the next node within the same task; null in the innermost
  Error reason;               // set by the first cancel
  Kind kind;
  CancelSource source = CancelSource::none;
  bool cancelled : 1 = false;    // a cancel was aimed at this very node
  bool shielded : 1 = false;     // what reaches `outer` does not come in
  bool reached : 1 = false;      // a checkpoint directly inside ends the work
  bool has_grace : 1 = false;    // its cancel came with a grace that is not over
  bool shields_fall : 1 = false; // shields directly inside do not hold: a grace further out is over
  // The rest of the byte, which is then made with one store.
  [[maybe_unused]] std::uint8_t spare_flags : 3 = 0;

  explicit ScopeNode(Kind kind) : kind(kind) {}

  bool shield_holds() const { return shielded && !(outer && outer->shields_fall); }
  // Whether a cancel from outside can be seen through this node now.
  bool reached_from_outside() const { return outer && outer->reached && !shield_holds(); }
  // The rule for who catches: cancelled itself, and no cancel from outside in sight.
  bool catches() const { return cancelled && !reached_from_outside(); }

  // Puts the node, with nothing below it, into the tree.
  void hang_below(ScopeNode& node);
  // Puts the node, with what is below it, elsewhere in the tree.
  void move_below(ScopeNode& node);

  // The first cancel sets source and reason and returns true; later ones change nothing, except
  // that an earlier end of the grace counts. Marks the nodes below and asks the suspended leaves
  // there to stop. Runs no user code. O(nodes below).
  bool cancel(CancelSource from, Error why);
  bool cancel(CancelSource from, const CancelOptions& options);

  // Sets or drops the shield, with everything that follows below. O(nodes below).
  void set_shield(bool on);

  // From now on the shields inside hold for `span` at most; an earlier end that was set before
  // counts. Of an entered node. O(1) until the end, then O(nodes below).
  void begin_grace(Duration span);
  // The node is left, or the grace is over.
  void end_grace() {
    if (has_grace) [[unlikely]]
      drop_grace();
  }
  // No shield below holds any more: the grace of this node is over. O(nodes below).
  void drop_shields_below();

 private:
  void drop_grace();
};

// A node that stands in a task while that runs inside it.
struct InnerNode : ScopeNode {
  TaskRecord* host = nullptr; // null before it is entered, after it is left, and in a root set

  using ScopeNode::ScopeNode;

  void enter(TaskRecord& task);
  // Only the innermost node of its task may leave.
  void leave(TaskRecord& task);
};

// A scope, which may be cancelled by the clock.
struct DeadlineNode final : InnerNode, Timer {
  Instant when = Instant::never();

  DeadlineNode() : InnerNode(Kind::scope) {}

  void due() final;
};

// The task that the node is or stands in. Null for a runtime's root set.
TaskRecord* task_of(ScopeNode& node);

// What the node is, for people: `task`, `scope`, `group`, `gather`.
std::string_view word_for(const ScopeNode& node);

// Who asked for a cancel, a word.
std::string_view word_for(CancelSource source);

// The nearest cancelled node that is visible from `node`: its cancel ends the work there. Null if
// there is none.
const ScopeNode* cancelled_node_above(const ScopeNode& node);

// One step of the walk over what is below `top`, in the order: a node, the tasks of its set, what
// is inside it in its own task. Null: the walk is over. `deeper`: look below `from`, else only
// beside and above it.
ScopeNode* next_in_walk(const ScopeNode& top, ScopeNode& from, bool deeper = true);

// What a cancel carries: an error of the kind `task_cancelled` with the reason as its message.
Error cancel_reason(std::string_view reason);

} // namespace detail

WASIO_END
