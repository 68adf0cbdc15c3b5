// What a task's context is made of: a persistent tree of values, copied by counting.
#pragma once

#include <wasio/memory.h>

#include <cstdint>
#include <utility>

WASIO_BEGIN
namespace detail {

// A variable's value, shared by all contexts that have it.
struct ContextValue {
  std::uint32_t references = 1;

  virtual void destroy() = 0;
  void hold() { ++references; }
  void drop() {
    if (--references == 0) destroy();
  }

 protected:
  ~ContextValue() = default;
};

// A radix tree from the numbers of variables to values. Copies share their nodes; one that is
// shared is never changed. Up to 16 variables it has one level, up to 65,536 four.
class ContextTree {
 public:
  ContextTree() = default;
  ContextTree(const ContextTree& other);
  ContextTree(ContextTree&& other) noexcept : root_(std::exchange(other.root_, nullptr)) {}
  ContextTree& operator=(ContextTree other) noexcept {
    std::swap(root_, other.root_);
    return *this;
  }
  ~ContextTree() {
    if (root_) drop(root_);
  }

  bool empty() const { return root_ == nullptr; }
  // Null if there is none. O(1): at most four levels.
  ContextValue* get(std::uint32_t variable) const {
    const Node* node = root_;
    if (!node || variable >> (bits * node->height) >= width) return nullptr;
    for (; node->height > 0; node = node->nodes[place(variable, *node)])
      if (!node->nodes[place(variable, *node)]) return nullptr;
    return node->values[place(variable, *node)];
  }
  // Takes over one reference to the value and gives back that to the one before; either may be
  // null. Panics when memory is exhausted. O(log variables).
  ContextValue* exchange(std::uint32_t variable, ContextValue* value);
  // O(variables).
  friend bool operator==(const ContextTree& a, const ContextTree& b);

 private:
  static constexpr std::uint32_t bits = 4;
  static constexpr std::uint32_t width = 1U << bits;

  // Invariant: no node is empty.
  struct Node {
    std::uint32_t references = 1;
    std::uint16_t height; // levels of nodes below this one
    std::uint16_t used = 0;
    union {
      Node* nodes[width];
      ContextValue* values[width];
    };

    explicit Node(std::uint16_t height);
    static void* operator new(std::size_t size) noexcept { return allocate(size); }
    static void operator delete(void* block, std::size_t size) noexcept { release(block, size); }
  };

  static std::uint32_t place(std::uint32_t variable, const Node& node) {
    return variable >> (bits * node.height) & (width - 1);
  }
  static Node* make(std::uint16_t height);
  // Makes `node` one that nobody else has; a new one in `parent` if there is none.
  static void own(Node*& node, Node* parent);
  static void drop(Node* node);

  Node* root_ = nullptr;
};

// A context: its tree, and a place to change it. Counted: by tasks that run in it, by tokens that
// will restore something in it, and by `Context`.
struct ContextCell {
  std::uint32_t references = 1;
  ContextTree tree;

  explicit ContextCell(ContextTree tree) : tree(std::move(tree)) {}
  // Panics when memory is exhausted.
  static ContextCell* make(ContextTree tree);
  // What a task begins with that is spawned in `cell`, which may be null: the empty context. O(1).
  static ContextCell* copy(const ContextCell* cell);
  void hold() { ++references; }
  void drop() {
    if (--references == 0) delete this;
  }

  static void* operator new(std::size_t size) noexcept { return allocate(size); }
  static void operator delete(void* block, std::size_t size) noexcept { release(block, size); }
};

} // namespace detail
WASIO_END
