// Finds an operation by the number that its host or caller knows it by.
#pragma once

#include <wasio/config.h>

#include <cstddef>
#include <cstdint>

WASIO_BEGIN
namespace detail {

// What stands for an operation outside the program: its place in the table, and how many operations
// had that place before it.
struct Ticket {
  static constexpr std::uint32_t generations = 1U << 21;
  static constexpr std::uint32_t none = UINT32_MAX;

  std::uint32_t index = none;
  std::uint32_t generation = 0; // less than `generations`

  // As one number, which a double represents exactly.
  double number() const { return static_cast<double>(std::uint64_t{generation} << 32 | index); }
  static Ticket of(double number) {
    const auto bits = static_cast<std::uint64_t>(number);
    return {static_cast<std::uint32_t>(bits), static_cast<std::uint32_t>(bits >> 32)};
  }
};

// Everything that begins on one side and ends on the other goes through such a table: an answer of
// JavaScript, a call from it, a subtask of a component. No address leaves the program; outside, an
// operation is a ticket, and whoever answers looks it up.
//
//     entries     [0]            [1]            [2]            [3]
//     operation   Fetch          -> 3           JsCall         -> none
//     generation  7              2              0              4
//                                ^ first_free
//
// Invariant: the generation of a place grows by one whenever its operation leaves. So a ticket is
// found as long as its operation is in the table, and never again: an answer that comes too late,
// or twice, reaches nobody. A place whose generations are used up is not used again: that costs a
// few bytes for every two million operations.
//
// `add`, `find` and `remove` are O(1). Memory is allocated only to hold more operations than ever
// before.
class OperationTableBase {
 public:
  OperationTableBase(const OperationTableBase&) = delete;
  OperationTableBase& operator=(const OperationTableBase&) = delete;

  std::size_t size() const { return size_; }

 protected:
  constexpr OperationTableBase() = default;
  ~OperationTableBase();

  Ticket add(void* operation);
  void* find(Ticket ticket) const;
  void remove(std::uint32_t index);

 private:
  static constexpr std::uint32_t none = Ticket::none;

  struct Entry {
    void* operation; // null: the place is free
    std::uint32_t generation;
    std::uint32_t next_free;
  };

  void grow();

  Entry* entries_ = nullptr;
  std::uint32_t capacity_ = 0;
  std::uint32_t size_ = 0;
  std::uint32_t first_free_ = none;
};

template <class T>
class OperationTable : public OperationTableBase {
 public:
  constexpr OperationTable() = default;

  // Its index is `none` if memory is exhausted: then nothing is found by it.
  Ticket add(T& operation) { return OperationTableBase::add(&operation); }
  // Null: the operation has left.
  T* find(Ticket ticket) const { return static_cast<T*>(OperationTableBase::find(ticket)); }
  // The operation at this place leaves; `none` is ignored.
  void remove(std::uint32_t index) { OperationTableBase::remove(index); }
};

} // namespace detail
WASIO_END
