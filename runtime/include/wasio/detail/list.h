// An intrusive list.
#pragma once

#include <wasio/config.h>

#include <utility>

WASIO_BEGIN
namespace detail {

template <class T>
class List;

// The links of an object that can be in one list at a time. A copy is in no list.
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

// A doubly linked list in the order of insertion, in one word: the first item's `previous_` points
// to the last item, so the list needs no tail pointer. The last item's `next_` is null. All
// operations are O(1).
template <class T>
class List {
 public:
  bool empty() const { return first_ == nullptr; }
  T* first() const { return first_; }
  // The item after this one in its list; null after the last.
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
  // Removes and returns the first item; null if the list is empty.
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

  T* first_ = nullptr; // its `previous_` is the last item
};

} // namespace detail
WASIO_END
