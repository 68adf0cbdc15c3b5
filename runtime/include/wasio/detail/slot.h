// Storage, in the awaiter, for a result that does not exist yet.
#pragma once

#include <wasio/config.h>

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

WASIO_BEGIN
namespace detail {

// Uninitialised storage for one T. The owner keeps track of whether it holds one.
template <class T>
class Slot {
 public:
  Slot() {}
  Slot(const Slot&) {} // copied only while empty
  Slot& operator=(const Slot&) = delete;
  ~Slot() {}

  template <class... Args>
  void put(Args&&... args) {
    std::construct_at(&value_, std::forward<Args>(args)...);
  }
  T& value() { return value_; }
  // Moves the value out; the slot is empty afterwards, even if that throws.
  T take() {
    struct Emptied {
      Slot& slot;
      ~Emptied() { slot.destroy(); }
    } const emptied{*this};
    // The analyzer does not see that an awaiter which is resumed has a value.
    return std::move(value_); // NOLINT(clang-analyzer-core.uninitialized.UndefReturn)
  }
  void destroy() { std::destroy_at(&value_); }

 private:
  union {
    T value_;
  };
};

template <class T>
class Slot<T&> {
 public:
  void put(T& value) { value_ = &value; }
  T& value() { return *value_; }
  T& take() { return *value_; }
  void destroy() {}

 private:
  T* value_ = nullptr;
};

template <>
class Slot<void> {
 public:
  void put() {}
  void value() {}
  void take() {}
  void destroy() {}
};

// The shape of a result that may be missing: bool, optional<T>, or T*.
template <class T>
struct MaybeShape {
  using type = std::optional<T>;
  static type some(Slot<T>& slot) { return type(slot.take()); }
};
template <class T>
struct MaybeShape<T&> {
  using type = T*;
  static type some(Slot<T&>& slot) { return &slot.take(); }
};
template <>
struct MaybeShape<void> {
  using type = bool;
  static type some(Slot<void>&) { return true; }
};
template <class T>
using Maybe = MaybeShape<T>::type;

// T as it is stored in a Result or a container: a reference becomes a reference_wrapper.
template <class T>
using Stored = std::conditional_t<std::is_reference_v<T>,
                                  std::reference_wrapper<std::remove_reference_t<T>>, T>;

} // namespace detail
WASIO_END
