// A list through the objects in it.
#pragma once

#include <wasio/config.h>

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

// In the order in which they were added. O(1) each.
template <class T>
class List {
 public:
  bool empty() const { return first_ == nullptr; }
  T* first() const { return first_; }
  // The next one in its list; null behind the last.
  static T* after(const T& item) { return node(item).next_; }

  void add(T& item) {
    node(item).previous_ = last_;
    node(item).next_ = nullptr;
    (last_ ? node(*last_).next_ : first_) = &item;
    last_ = &item;
  }
  // Null when there is none.
  T* take_first() {
    T* const taken = first_;
    if (taken) remove(*taken);
    return taken;
  }
  void remove(T& item) {
    ListNode<T>& out = node(item);
    (out.previous_ ? node(*out.previous_).next_ : first_) = out.next_;
    (out.next_ ? node(*out.next_).previous_ : last_) = out.previous_;
  }

 private:
  static ListNode<T>& node(T& item) { return item; }
  static const ListNode<T>& node(const T& item) { return item; }

  T* first_ = nullptr;
  T* last_ = nullptr;
};

} // namespace detail
WASIO_END
