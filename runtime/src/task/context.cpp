#include <wasio/context.h>
#include <wasio/runtime.h>

WASIO_BEGIN
namespace detail {

ContextTree::Node::Node(std::uint16_t height) : height(height) {
  for (Node*& node : nodes) node = nullptr;
}

ContextTree::ContextTree(const ContextTree& other) : root_(other.root_) {
  if (root_) ++root_->references;
}

ContextValue* ContextTree::find(const Node* node, std::uint32_t variable) {
  if (!node || variable >> (bits * node->height) >= width) return nullptr;
  for (; node->height > 0; node = node->nodes[place(variable, *node)])
    if (!node->nodes[place(variable, *node)]) return nullptr;
  return node->values[place(variable, *node)];
}

ContextTree::Node* ContextTree::make(std::uint16_t height) {
  auto* const made = new Node(height);
  if (!made) panic_without_context_memory();
  return made;
}

// The recursion is as deep as the tree, so at most eight levels.
void ContextTree::drop(Node* node) {
  if (--node->references != 0) return;
  for (std::uint32_t i = 0; i < width; ++i) {
    if (!node->nodes[i]) continue;
    if (node->height == 0) {
      node->values[i]->drop();
    } else {
      drop(node->nodes[i]);
    }
  }
  delete node;
}

void ContextTree::own(Node*& node) {
  if (node->references == 1) return;
  Node* const copy = make(node->height);
  copy->used = node->used;
  for (std::uint32_t i = 0; i < width; ++i) {
    if (!node->nodes[i]) continue;
    if (node->height == 0) {
      copy->values[i] = node->values[i];
      copy->values[i]->hold();
    } else {
      copy->nodes[i] = node->nodes[i];
      ++copy->nodes[i]->references;
    }
  }
  drop(std::exchange(node, copy));
}

std::uint16_t ContextTree::height_for(std::uint32_t variable) {
  std::uint16_t height = 0;
  while (variable >> (bits * height) >= width) ++height;
  return height;
}

ContextValue* ContextTree::exchange(std::uint32_t variable, ContextValue* value) {
  if (!value && !get(variable)) return nullptr;
  if (!root_) root_ = make(height_for(variable));
  while (root_->height < height_for(variable)) {
    Node* const higher = make(static_cast<std::uint16_t>(root_->height + 1));
    higher->nodes[0] = std::exchange(root_, higher);
    higher->used = 1;
  }
  own(root_);
  Node** path[8];
  std::uint32_t depth = 0;
  Node** node = &root_;
  while ((*node)->height > 0) {
    Node& parent = **node;
    path[depth++] = node;
    node = &parent.nodes[place(variable, parent)];
    if (*node) {
      own(*node);
    } else {
      *node = make(static_cast<std::uint16_t>(parent.height - 1));
      ++parent.used;
    }
  }
  ContextValue*& slot = (*node)->values[place(variable, **node)];
  if (!slot) ++(*node)->used;
  ContextValue* const before = std::exchange(slot, value);
  if (value) return before;
  // Remove the nodes that have become empty, up to the root.
  while (--(*node)->used == 0) {
    drop(std::exchange(*node, nullptr));
    if (depth == 0) break;
    node = path[--depth];
  }
  return before;
}

ContextCell* ContextCell::make(ContextTree tree) {
  auto* const made = new ContextCell(std::move(tree));
  if (!made) panic_without_context_memory();
  return made;
}

TaskContext::TaskContext(ContextTree tree) {
  if (ContextTree::Node* const root = std::exchange(tree.root_, nullptr))
    word_ = reinterpret_cast<std::uintptr_t>(root) | of_tree;
}

ContextValue* TaskContext::get(std::uint32_t variable) const {
  if (has_tree()) return ContextTree::find(root(), variable);
  return word_ ? own_cell()->tree.get(variable) : nullptr;
}

ContextTree TaskContext::tree() const {
  ContextTree copy;
  if (has_tree()) {
    copy.root_ = root();
    ++copy.root_->references;
  } else if (word_) {
    copy = own_cell()->tree;
  }
  return copy;
}

ContextCell& TaskContext::cell() {
  if (!word_ || has_tree()) *this = TaskContext(*ContextCell::make(tree()));
  return *own_cell();
}

void TaskContext::drop() {
  if (has_tree()) {
    ContextTree::drop(root());
  } else {
    own_cell()->drop();
  }
}

namespace {

constinit std::uint32_t last_context_variable = 0;

} // namespace

std::uint32_t next_context_variable() {
  return ++last_context_variable;
}

const ContextValue* current_context_value(std::uint32_t variable) {
  const TaskRecord* const task = current_task_or_null();
  return task ? task->context.get(variable) : nullptr;
}

void panic_without_context_memory() {
  panic("out of memory for a context variable");
}

void ContextSwap::enter(TaskRecord& task) {
  context_.cell().hold();
  before_ = std::exchange(task.context, TaskContext(context_.cell()));
}

void ContextSwap::leave(TaskRecord& task) {
  task.context = std::move(before_);
}

} // namespace detail

ContextToken::ContextToken(std::uint32_t variable, detail::ContextValue& value)
    : cell_(&detail::current_task_record().context.cell()), variable_(variable) {
  cell_->hold();
  before_ = cell_->tree.exchange(variable, &value);
}

void ContextToken::restore() {
  detail::ContextCell* const cell = std::exchange(cell_, nullptr);
  if (!cell) return;
  detail::ContextValue* const mine = cell->tree.exchange(variable_, before_);
  // If nothing is set in the task any more and no token will restore anything, its context goes
  // back to the initial, empty state.
  if (cell->references == 2 && cell->tree.empty())
    if (detail::TaskRecord* const task = detail::current_task_or_null())
      if (task->context.is(*cell)) task->context = {};
  cell->drop();
  // Last, because a value's destructor is user code.
  if (mine) mine->drop();
}

Context Context::current() {
  return Context(detail::ContextCell::make(detail::current_task_record().context.tree()));
}

WASIO_END
