// The data structure of a task's context: a persistent tree of values, copied by reference
// counting.
#pragma once

#include <wasio/detail/counted.h>
#include <wasio/memory.h>

#include <cstdint>
#include <utility>

WASIO_BEGIN
namespace detail {

// A variable's value, shared by all contexts that contain it.
struct ContextValue : Counted<ContextValue> {
  virtual void no_references() = 0;

 protected:
  ~ContextValue() = default;
};
using ContextValueRef = Ref<ContextValue>;

// A persistent radix tree that maps variable numbers to values, 4 bits of the number per level. A
// copy shares all nodes, and a change first copies the shared nodes on its path:
//
//   tree a --> [ 0 | 1 | .. | f ]          [ 0 | 1 | .. | f ] <-- tree b, after a change below 1
//                |   '-> old node            |   '-> new node
//                '----> shared node <--------'
//
// Invariant: a node with more than one reference is never modified. With up to 16 variables the
// tree has one level, with up to 65,536 four.
class ContextTree {
 public:
  bool empty() const { return !root_; }
  // Returns null if the variable is not set. O(1): at most four levels up to 65,536 variables.
  ContextValue* get(std::uint32_t variable) const { return find(root_.get(), variable); }
  // Sets the variable to `value`, or unsets it if that is null, and returns the previous value.
  // Panics if memory is exhausted. O(log variables).
  ContextValueRef exchange(std::uint32_t variable, ContextValueRef value);

 private:
  friend class TaskContext;
  static constexpr std::uint32_t bits = 4;
  static constexpr std::uint32_t width = 1U << bits;

  // Invariant: no node is empty.
  struct Node : Counted<Node>, Pooled {
    std::uint16_t height; // the number of levels below this node
    std::uint16_t used = 0;
    union {
      Node* nodes[width];
      ContextValue* values[width];
    };

    explicit Node(std::uint16_t height);
    void no_references();
  };

  static std::uint32_t place(std::uint32_t variable, const Node& node) {
    return variable >> (bits * node.height) & (width - 1);
  }
  static ContextValue* find(const Node* node, std::uint32_t variable);
  static Node* make(std::uint16_t height);
  // Replaces `node` with a copy if it is shared, so that it may be modified.
  static void own(Node*& node);
  static Node* raised(Node* root, std::uint16_t height);
  // The height of the lowest tree that has a place for the variable.
  static std::uint16_t height_for(std::uint32_t variable);

  Ref<Node> root_;
};

// A context that can be modified: holds its tree. Referenced by the tasks that run in it, by tokens
// that will restore a value in it, and by `Context`.
struct ContextCell : Counted<ContextCell>, Pooled {
  ContextTree tree;

  explicit ContextCell(ContextTree tree) : tree(std::move(tree)) {}
  // Panics if memory is exhausted.
  static Ref<ContextCell> make(ContextTree tree);
  void no_references() { delete this; }
};

// A task's context, in one word: zero while no variable is set; the root of the tree that the task
// was spawned with (tagged in the lowest bit), until a variable is set in the task; from then on,
// or in an explicit context, a ContextCell.
class TaskContext {
 public:
  TaskContext() = default;
  explicit TaskContext(Ref<ContextCell> cell)
      : word_(reinterpret_cast<std::uintptr_t>(cell.release())) {}
  TaskContext(TaskContext&& other) noexcept : word_(std::exchange(other.word_, 0)) {}
  // Destroys the previous content last: the destructor of a value is user code.
  TaskContext& operator=(TaskContext other) noexcept {
    std::swap(word_, other.word_);
    return *this;
  }
  ~TaskContext() {
    if (word_) drop_content();
  }

  // Returns null if the variable is not set. O(1).
  ContextValue* get(std::uint32_t variable) const;
  // The initial context of a task spawned here. Allocates nothing, so it cannot make a spawn fail.
  TaskContext copy() const { return TaskContext(tree()); }
  // The current values. O(1).
  ContextTree tree() const;
  // The cell in which to modify the context. Panics if memory is exhausted. O(1).
  ContextCell& cell();
  // The context is this cell, which only one other reference holds.
  bool is_only(const ContextCell& cell) const;

 private:
  // The tag bit in the address of a tree's root.
  static constexpr std::uintptr_t of_tree = 1;

  explicit TaskContext(ContextTree tree);
  bool has_tree() const { return (word_ & of_tree) != 0; }
  ContextTree::Node* root() const { return reinterpret_cast<ContextTree::Node*>(word_ - of_tree); }
  ContextCell* own_cell() const { return reinterpret_cast<ContextCell*>(word_); }
  void drop_content();

  std::uintptr_t word_ = 0;
};

} // namespace detail
WASIO_END
