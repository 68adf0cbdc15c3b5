// A list through the objects in it.
#pragma once

#include <wasio/config.h>

#include <utility>

WASIO_BEGIN
namespace detail {

template <class T>
class List;

// What an object needs to be in one list at a time. A copy is in none.
template <class T>
class ListNode {
 public:
  ListNode& operator=(const ListNode&) = delete;

 private:
  friend T;
  friend List<T>;
  ListNode() = default;
  ListNode(const ListNode&) {}

  T* previous_ = nullptr;
  T* next_ = nullptr;
};

// In the order in which they were added; one word. O(1) each.
template <class T>
class List {
 public:
  bool empty() const { return first_ == nullptr; }
  T* first() const { return first_; }
  // The next one in its list; null behind the last.
  static T* after(const T& item) { return node(item).next_; }

  void add(T& item) {
    node(item).next_ = nullptr;
    if (first_) {
      T* const last = std::exchange(node(*first_).previous_, &item);
      node(item).previous_ = last;
      node(*last).next_ = &item;
    } else {
      first_ = node(item).previous_ = &item;
    }
  }
  // Null when there is none.
  T* take_first() {
    T* const taken = first_;
    if (taken) remove(*taken);
    return taken;
  }
  void remove(T& item) {
    T* const before = node(item).previous_;
    T* const next = node(item).next_;
    if (next) {
      node(*next).previous_ = before;
    } else {
      node(*first_).previous_ = before;
    }
    (&item == first_ ? first_ : node(*before).next_) = next;
  }

 private:
  static ListNode<T>& node(T& item) { return item; }
  static const ListNode<T>& node(const T& item) { return item; }

  T* first_ = nullptr; // before it stands the last one
};

} // namespace detail
WASIO_END
