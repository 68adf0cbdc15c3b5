#include <wasio/detail/operation_table.h>
#include <wasio/memory.h>

#include <algorithm>

WASIO_BEGIN
namespace detail {

OperationTableBase::~OperationTableBase() {
  if (entries_) release(entries_, capacity_ * sizeof(Entry));
}

// Doubles the places, if there is memory.
void OperationTableBase::grow() {
  const std::uint32_t capacity = capacity_ == 0 ? 8 : 2 * capacity_;
  auto* const larger = static_cast<Entry*>(allocate(capacity * sizeof(Entry)));
  if (!larger) return;
  if (entries_) {
    std::copy_n(entries_, capacity_, larger);
    release(entries_, capacity_ * sizeof(Entry));
  }
  entries_ = larger;
  for (; capacity_ < capacity; ++capacity_) {
    entries_[capacity_] = {.operation = nullptr, .generation = 0, .next_free = first_free_};
    first_free_ = capacity_;
  }
}

Ticket OperationTableBase::add(void* operation) {
  if (first_free_ == none) grow();
  const std::uint32_t index = first_free_;
  if (index == none) return {.index = none};
  Entry& entry = entries_[index];
  first_free_ = entry.next_free;
  entry.operation = operation;
  ++size_;
  return {index, entry.generation};
}

void* OperationTableBase::find(Ticket ticket) const {
  if (ticket.index >= capacity_) return nullptr;
  const Entry& entry = entries_[ticket.index];
  return entry.generation == ticket.generation ? entry.operation : nullptr;
}

void OperationTableBase::remove(std::uint32_t index) {
  if (index == none) return;
  Entry& entry = entries_[index];
  entry.operation = nullptr;
  --size_;
  if (++entry.generation == Ticket::generations) return;
  entry.next_free = first_free_;
  first_free_ = index;
}

} // namespace detail
WASIO_END
