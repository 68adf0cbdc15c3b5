#include <wasio/context.h>
#include <wasio/detail/task_record.h>

WASIO_BEGIN
namespace detail {

ContextTree::Node::Node(std::uint16_t height) : height(height) {
  for (Node*& node : nodes) node = nullptr;
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
void ContextTree::Node::no_references() {
  for (std::uint32_t i = 0; i < width; ++i) {
    if (!nodes[i]) continue;
    if (height == 0) {
      values[i]->drop();
    } else {
      nodes[i]->drop();
    }
  }
  delete this;
}

void ContextTree::own(Node*& node) {
  if (!node->shared()) return;
  Node* const copy = make(node->height);
  copy->used = node->used;
  for (std::uint32_t i = 0; i < width; ++i) {
    if (!node->nodes[i]) continue;
    if (node->height == 0) {
      copy->values[i] = node->values[i];
      copy->values[i]->hold();
    } else {
      copy->nodes[i] = node->nodes[i];
      copy->nodes[i]->hold();
    }
  }
  std::exchange(node, copy)->drop();
}

std::uint16_t ContextTree::height_for(std::uint32_t variable) {
  std::uint16_t height = 0;
  while (variable >> (bits * height) >= width) ++height;
  return height;
}

// The same tree with at least this height.
ContextTree::Node* ContextTree::raised(Node* root, std::uint16_t height) {
  if (!root) return make(height);
  while (root->height < height) {
    Node* const higher = make(static_cast<std::uint16_t>(root->height + 1));
    higher->nodes[0] = std::exchange(root, higher);
    higher->used = 1;
  }
  return root;
}

ContextValueRef ContextTree::exchange(std::uint32_t variable, ContextValueRef value) {
  if (!value && !get(variable)) return {};
  Node* root = raised(root_.release(), height_for(variable));
  own(root);
  Node** path[8];
  std::uint32_t depth = 0;
  Node** node = &root;
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
  const bool unset = !value;
  auto before = ContextValueRef::take_over(std::exchange(slot, value.release()));
  // Remove the nodes that have become empty, up to the root.
  while (unset && --(*node)->used == 0) {
    std::exchange(*node, nullptr)->drop();
    if (depth == 0) break;
    node = path[--depth];
  }
  root_ = Ref<Node>::take_over(root);
  return before;
}

Ref<ContextCell> ContextCell::make(ContextTree tree) {
  auto* const made = new ContextCell(std::move(tree));
  if (!made) panic_without_context_memory();
  return Ref<ContextCell>::take_over(made);
}

TaskContext::TaskContext(ContextTree tree) {
  if (ContextTree::Node* const root = tree.root_.release())
    word_ = reinterpret_cast<std::uintptr_t>(root) | of_tree;
}

ContextValue* TaskContext::get(std::uint32_t variable) const {
  if (has_tree()) return ContextTree::find(root(), variable);
  return word_ ? own_cell()->tree.get(variable) : nullptr;
}

ContextTree TaskContext::tree() const {
  ContextTree copy;
  if (has_tree()) {
    copy.root_ = Ref(*root());
  } else if (word_) {
    copy = own_cell()->tree;
  }
  return copy;
}

ContextCell& TaskContext::cell() {
  if (!word_ || has_tree()) *this = TaskContext(ContextCell::make(tree()));
  return *own_cell();
}

bool TaskContext::is_only(const ContextCell& cell) const {
  return word_ == reinterpret_cast<std::uintptr_t>(&cell) && cell.references() == 2;
}

void TaskContext::drop_content() {
  if (has_tree()) {
    root()->drop();
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
  return task ? task->context().get(variable) : nullptr;
}

void panic_without_context_memory() {
  panic("out of memory for a context variable");
}

bool ContextSwap::enter(Frame&, InnerBoundary&) {
  before_ = std::exchange(current_task_record().context(), TaskContext(cell_));
  return true;
}

Next ContextSwap::body_ended(TaskRecord& task, Ending how) {
  abandoned(task);
  return go_on_after(how);
}

void ContextSwap::abandoned(TaskRecord& task) {
  task.context() = std::move(before_);
}

} // namespace detail

ContextToken::ContextToken(std::uint32_t variable, detail::ContextValueRef value)
    : cell_(detail::current_task_record().context().cell()), variable_(variable),
      before_(cell_->tree.exchange(variable, std::move(value))) {}

void ContextToken::restore() {
  if (!cell_) return;
  // Destroyed last, after this token has changed: a value's destructor is user code.
  const detail::ContextValueRef mine = cell_->tree.exchange(variable_, std::move(before_));
  // If nothing is set in the task any more and no token will restore anything, its context goes
  // back to the initial, empty state.
  if (cell_->tree.empty())
    if (detail::TaskRecord* const task = detail::current_task_or_null())
      if (task->context().is_only(*cell_)) task->context() = {};
  cell_ = {};
}

Context Context::current() {
  return Context(detail::ContextCell::make(detail::current_task_record().context().tree()));
}

WASIO_END
