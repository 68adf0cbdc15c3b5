#include <wasio/detail/scheduler.h>

#include <array>

WASIO_BEGIN
namespace detail {
namespace {

// Restores the invariant of `reached` in this node. Returns whether that changed it.
bool update(ScopeNode& node) {
  const bool reached = node.cancelled || node.reached_from_outside();
  if (reached == node.reached) return false;
  node.reached = reached;
  // In the innermost node of a task, the task's own wait is what to stop.
  if (reached && !node.inner)
    if (TaskRecord* const task = task_of(node)) task->ask_to_stop();
  return true;
}

// The same from `top` downwards, without recursion. Below a node whose mark does not change, no
// mark changes.
void refresh(ScopeNode& top) {
  for (ScopeNode* node = &top; node;) node = next_in_walk(top, *node, update(*node));
}

} // namespace

std::string_view word_for(const ScopeNode& node) {
  switch (node.kind) {
  case ScopeNode::Kind::task:
    return "task";
  case ScopeNode::Kind::set:
    return static_cast<const TaskSet&>(node).what();
  default:
    return "scope";
  }
}

std::string_view word_for(CancelSource source) {
  constexpr std::array<std::string_view, 7> words = {"none",   "call", "deadline", "sibling",
                                                     "handle", "host", "ending"};
  return words[static_cast<std::size_t>(source)];
}

Instant deadline_of(const ScopeNode& node) {
  switch (node.kind) {
  case ScopeNode::Kind::scope:
    return static_cast<const DeadlineNode&>(node).when;
  case ScopeNode::Kind::set:
    return static_cast<const TaskSet&>(node).deadline();
  default:
    return Instant::never();
  }
}

TaskRecord* task_of(ScopeNode& node) {
  if (node.kind == ScopeNode::Kind::task) return &static_cast<TaskRecord&>(node);
  return static_cast<InnerNode&>(node).host;
}

ScopeNode* next_in_walk(const ScopeNode& top, ScopeNode& from, bool deeper) {
  ScopeNode* node = &from;
  if (deeper && node->kind == ScopeNode::Kind::set)
    if (TaskRecord* const first = static_cast<TaskSet*>(node)->first()) return first;
  for (;;) {
    if (deeper && node->inner) return node->inner;
    if (node == &top) return nullptr;
    // After a task: its next sibling or, if it was the last, what is inside the set's own node.
    // After a scope or a set: everything inside `outer` has been walked already.
    deeper = node->kind == ScopeNode::Kind::task;
    if (deeper)
      if (TaskRecord* const next = List<TaskRecord>::after(static_cast<TaskRecord&>(*node)))
        return next;
    node = node->outer;
  }
}

void ScopeNode::hang_below(ScopeNode& node) {
  outer = &node;
  shields_fall = node.shields_fall;
  reached = cancelled || reached_from_outside();
}

void ScopeNode::move_below(ScopeNode& node) {
  outer = &node;
  refresh(*this);
  if (node.shields_fall) drop_shields_below();
}

namespace {

void tell(const TaskRecord& task, TraceEventKind kind, ScopeNode& node) {
  if (Observers* const observers = task.scheduler().observers()) [[unlikely]]
    observers->scope_event(kind, node);
}

} // namespace

void InnerNode::enter(TaskRecord& task) {
  host = &task;
  inner = nullptr;
  hang_below(task.scope());
  outer->inner = this;
  task.set_scope(*this);
  tell(task, TraceEventKind::scope_entered, *this);
}

void InnerNode::leave(TaskRecord& task) {
  tell(task, TraceEventKind::scope_left, *this);
  end_grace();
  task.set_scope(*outer);
  outer->inner = nullptr;
  // So that a late cancel of a scope that has been left touches nothing.
  host = nullptr;
  outer = nullptr;
}

bool ScopeNode::cancel(CancelSource from, Error why) {
  if (cancelled) return false;
  cancelled = true;
  source = from;
  reason = std::move(why);
  TaskRecord* const task = task_of(*this);
  if (task) tell(*task, TraceEventKind::scope_cancelled, *this);
  refresh(*this);
  return true;
}

bool ScopeNode::cancel(CancelSource from, const CancelOptions& options) {
  const bool first = !cancelled && cancel(from, cancel_reason(options.reason));
  TaskRecord* const task = task_of(*this);
  if (task && !options.grace.is_forever() && !shields_fall) begin_grace(options.grace);
  return first;
}

void ScopeNode::set_shield(bool on) {
  shielded = on;
  refresh(*this);
}

void ScopeNode::drop_shields_below() {
  shields_fall = true;
  for (ScopeNode* node = next_in_walk(*this, *this); node; node = next_in_walk(*this, *node)) {
    node->shields_fall = true;
    update(*node);
  }
}

void cancel_at_deadline(ScopeNode& node) {
  node.cancel(CancelSource::deadline, cancel_reason("the deadline has passed"));
}

void DeadlineNode::due() {
  cancel_at_deadline(*this);
}

const ScopeNode* cancelled_node_above(const ScopeNode& node) {
  const ScopeNode* at = &node;
  while (at && !at->cancelled) at = at->shield_holds() ? nullptr : at->outer;
  return at;
}

Error cancel_reason(std::string_view reason) {
  return Error(errors::task_cancelled, reason);
}

} // namespace detail
WASIO_END
