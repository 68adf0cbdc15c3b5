#include <wasio/timer.h>

WASIO_BEGIN
namespace detail {
namespace {

constexpr std::size_t arity = 4;
constexpr std::uint32_t rank_bit = 0x80000000;
// Slots kept for reuse when the last timer is gone.
constexpr std::size_t kept_slots = 1024;

} // namespace

bool TimerHeap::before(const Slot& a, const Slot& b) {
  if (a.when != b.when) return a.when < b.when;
  if ((a.order ^ b.order) & rank_bit) return a.order < b.order;
  // Sequence numbers wrap; of two that live at once the distance says which came first.
  return static_cast<std::int32_t>((a.order - b.order) << 1) < 0;
}

void TimerHeap::put(std::size_t index, const Slot& slot) {
  slots_[index] = slot;
  slot.timer->slot_ = static_cast<std::uint32_t>(index);
}

void TimerHeap::sift_up(std::size_t index, Slot slot) {
  while (index > 0) {
    const std::size_t parent = (index - 1) / arity;
    if (!before(slot, slots_[parent])) break;
    put(index, slots_[parent]);
    index = parent;
  }
  put(index, slot);
}

void TimerHeap::sift_down(std::size_t index, Slot slot) {
  const std::size_t count = slots_.size();
  for (;;) {
    const std::size_t first = index * arity + 1;
    if (first >= count) break;
    const std::size_t last = first + arity < count ? first + arity : count;
    std::size_t least = first;
    for (std::size_t child = first + 1; child < last; ++child)
      if (before(slots_[child], slots_[least])) least = child;
    if (!before(slots_[least], slot)) break;
    put(index, slots_[least]);
    index = least;
  }
  put(index, slot);
}

void TimerHeap::set(Timer& timer, Instant when, TimerRank rank) {
  if (timer.armed()) cancel(timer);
  if (when.is_never()) return;
  const std::uint32_t order = (sequence_++ & ~rank_bit) | (rank == TimerRank::sleep ? rank_bit : 0);
  const Slot slot{when, order, &timer};
  slots_.push_back(slot);
  sift_up(slots_.size() - 1, slot);
}

void TimerHeap::cancel(Timer& timer) {
  if (!timer.armed()) return;
  const std::size_t index = timer.slot_;
  timer.slot_ = Timer::unarmed;
  const Slot last = slots_.back();
  slots_.pop_back();
  if (index < slots_.size()) {
    if (index > 0 && before(last, slots_[(index - 1) / arity])) {
      sift_up(index, last);
    } else {
      sift_down(index, last);
    }
  }
  if (slots_.empty() && slots_.capacity() > kept_slots) std::vector<Slot>().swap(slots_);
}

Timer& TimerHeap::take_first() {
  Timer& timer = *slots_.front().timer;
  cancel(timer);
  return timer;
}

} // namespace detail
WASIO_END
