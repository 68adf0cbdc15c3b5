#include <wasio/scope_tree.h>
#include <wasio/task_record.h>

WASIO_BEGIN
namespace detail {
namespace {

bool is_root(const ScopeNode& node) {
  return node.host && &node == &node.host->root;
}

// Restores the invariant of `reached` from `top` downwards, without recursion. A node whose mark
// does not change has nothing below it that would.
void refresh(ScopeNode& top) {
  ScopeNode* node = &top;
  while (node) {
    const bool before = node->reached;
    node->reached = node->cancelled || node->reached_from_outside();
    const bool changed = node->reached != before;
    if (changed && node->reached && node->host && !node->inner) node->host->ask_to_stop();
    node = next_in_walk(top, *node, changed);
  }
}

} // namespace

ScopeNode* next_in_walk(const ScopeNode& top, ScopeNode& from, bool deeper) {
  ScopeNode* node = &from;
  if (deeper && node->set && !node->set->empty()) return &node->set->first()->root;
  for (;;) {
    if (deeper && node->inner) return node->inner;
    if (node == &top) return nullptr;
    if (!is_root(*node)) {
      // What is inside `outer` in its task has just been walked.
      node = node->outer;
      deeper = false;
      continue;
    }
    if (TaskRecord* sibling = List<TaskRecord>::after(*node->host)) return &sibling->root;
    // The tasks of a set are done; now what is inside the set's node.
    node = &node->host->set->node;
    deeper = true;
  }
}

void ScopeNode::enter(TaskRecord& task) {
  host = &task;
  outer = task.scope;
  inner = nullptr;
  outer->inner = this;
  task.scope = this;
  reached = cancelled || reached_from_outside();
}

void ScopeNode::leave(TaskRecord& task) {
  task.scope = outer;
  outer->inner = nullptr;
  // A late cancel of a scope that has been left touches nothing.
  host = nullptr;
  outer = nullptr;
}

bool ScopeNode::cancel(CancelSource from, Error why) {
  if (cancelled) return false;
  cancelled = true;
  source = from;
  reason = std::move(why);
  refresh(*this);
  return true;
}

void ScopeNode::set_shield(bool on) {
  shielded = on;
  refresh(*this);
}

const ScopeNode* cancelled_node_above(const ScopeNode& node) {
  const ScopeNode* at = &node;
  while (at && !at->cancelled) at = at->shielded ? nullptr : at->outer;
  return at;
}

} // namespace detail
WASIO_END
