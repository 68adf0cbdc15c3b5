// What a task's context is made of: a persistent tree of values, copied by counting.
#pragma once

#include <wasio/detail/counted.h>
#include <wasio/memory.h>

#include <cstdint>
#include <utility>

WASIO_BEGIN
namespace detail {

// A variable's value, shared by all contexts that have it.
struct ContextValue : Counted<ContextValue> {
  virtual void no_references() = 0;

 protected:
  ~ContextValue() = default;
};
using ContextValueRef = Ref<ContextValue>;

// A radix tree from the numbers of variables to values. Copies share their nodes; one that is
// shared is never changed. Up to 16 variables it has one level, up to 65,536 four.
class ContextTree {
 public:
  bool empty() const { return !root_; }
  // Null if there is none. O(1): at most four levels.
  ContextValue* get(std::uint32_t variable) const { return find(root_.get(), variable); }
  // Sets the value, or unsets it if `value` is null, and returns the one before. Panics when memory
  // is exhausted. O(log variables).
  ContextValueRef exchange(std::uint32_t variable, ContextValueRef value);

 private:
  friend class TaskContext;
  static constexpr std::uint32_t bits = 4;
  static constexpr std::uint32_t width = 1U << bits;

  // Invariant: no node is empty.
  struct Node : Counted<Node>, Pooled {
    std::uint16_t height; // levels of nodes below this one
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
  // Makes `node` one that no other tree has.
  static void own(Node*& node);
  static Node* raised(Node* root, std::uint16_t height);
  // Of the lowest tree that has a place for the variable.
  static std::uint16_t height_for(std::uint32_t variable);

  Ref<Node> root_;
};

// A context that can be changed: the place of its tree. Counted: by tasks that run in it, by tokens
// that will restore something in it, and by `Context`.
struct ContextCell : Counted<ContextCell>, Pooled {
  ContextTree tree;

  explicit ContextCell(ContextTree tree) : tree(std::move(tree)) {}
  // Panics when memory is exhausted.
  static Ref<ContextCell> make(ContextTree tree);
  void no_references() { delete this; }
};

// The context of a task, in one word: nothing while no variable is set; the tree that the task was
// spawned with until something is set in it; from then on, or in an explicit context, a cell.
class TaskContext {
 public:
  TaskContext() = default;
  explicit TaskContext(Ref<ContextCell> cell)
      : word_(reinterpret_cast<std::uintptr_t>(cell.release())) {}
  TaskContext(TaskContext&& other) noexcept : word_(std::exchange(other.word_, 0)) {}
  // What was there goes last: the destructor of a value is user code.
  TaskContext& operator=(TaskContext other) noexcept {
    std::swap(word_, other.word_);
    return *this;
  }
  ~TaskContext() {
    if (word_) drop_content();
  }

  // Null if there is none. O(1).
  ContextValue* get(std::uint32_t variable) const;
  // What a task begins with that is spawned here. No memory is needed: a spawn cannot fail by it.
  TaskContext copy() const { return TaskContext(tree()); }
  // What is set now. O(1).
  ContextTree tree() const;
  // Where to change it. Panics when memory is exhausted. O(1).
  ContextCell& cell();
  // The context is this cell, which only one other reference holds.
  bool is_only(const ContextCell& cell) const;

 private:
  // Set in the address of a tree's root.
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
