// Shared ownership by reference counting, for objects of one thread.
#pragma once

#include <wasio/config.h>

#include <cstdint>
#include <utility>

WASIO_BEGIN
namespace detail {

// A base for objects that count the references to them. The first reference is the creator's. When
// the last one is dropped, `no_references()` is called, in which the object usually deletes itself.
template <class T>
class Counted {
 public:
  Counted& operator=(const Counted&) = delete;

  std::uint32_t references() const { return references_; }
  // Whether there are references besides the caller's own.
  bool shared() const { return references_ > 1; }

  void hold() noexcept { ++references_; }
  void drop() noexcept {
    if (--references_ == 0) static_cast<T*>(this)->no_references();
  }

 private:
  friend T; // only T itself can have this base

  constexpr explicit Counted(std::uint32_t references = 1) : references_(references) {}
  Counted(const Counted&) {} // a copy starts with one reference of its own
  ~Counted() = default;

  std::uint32_t references_ = 1;
};

template <class T>
void hold(T& object) noexcept {
  object.hold();
}
template <class T>
void drop(T& object) noexcept {
  object.drop();
}

// Owns one reference, or is null. A T that is incomplete here needs its own `hold` and `drop`.
template <class T>
class Ref {
 public:
  constexpr Ref() = default;
  // Adds a reference.
  explicit Ref(T& object) : object_(&object) { hold(object); }
  // Takes over an existing reference; `object` may be null.
  static Ref take_over(T* object) {
    Ref made;
    made.object_ = object;
    return made;
  }
  Ref(const Ref& other) noexcept : object_(other.object_) {
    if (object_) hold(*object_);
  }
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  // The previous object is dropped last: its destructor may be user code.
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() {
    if (object_) drop(*object_);
  }

  explicit operator bool() const { return object_ != nullptr; }
  T* get() const { return object_; }
  T& operator*() const { return *object_; }
  T* operator->() const { return object_; }
  // Hands the reference to the caller.
  T* release() { return std::exchange(object_, nullptr); }

  friend bool operator==(const Ref&, const Ref&) = default;

 private:
  T* object_ = nullptr;
};

} // namespace detail
WASIO_END
