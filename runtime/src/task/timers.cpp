#include <wasio/detail/scheduler.h>
#include <wasio/detail/timers.h>

#include <algorithm>
#include <cstdlib>

WASIO_BEGIN
namespace detail {
namespace {

constexpr std::size_t arity = 4;
constexpr std::uint32_t rank_bit = 0x80000000;
// How many slots are kept for reuse when the last timer is gone.
constexpr std::size_t kept_slots = 1024;

} // namespace

bool TimerHeap::before(const Slot& a, const Slot& b) {
  if (a.when != b.when) return a.when < b.when;
  if ((a.order ^ b.order) & rank_bit) return a.order < b.order;
  // Sequence numbers wrap around; the sign of the distance tells which of two came first.
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
  for (;;) {
    const std::size_t first = index * arity + 1;
    if (first >= sorted_) break;
    const std::size_t last = first + arity < sorted_ ? first + arity : sorted_;
    std::size_t least = first;
    for (std::size_t child = first + 1; child < last; ++child)
      if (before(slots_[child], slots_[least])) least = child;
    if (!before(slots_[least], slot)) break;
    put(index, slots_[least]);
    index = least;
  }
  put(index, slot);
}

TimerHeap::~TimerHeap() {
  release_slots();
}

void TimerHeap::release_slots() {
  if (slots_ != first_) std::free(slots_);
  slots_ = first_;
  capacity_ = first_slots;
}

bool TimerHeap::grow() {
  const std::size_t capacity = 2 * capacity_;
  auto* const larger = static_cast<Slot*>(malloc_or_trim(capacity * sizeof(Slot)));
  if (!larger) return false;
  std::copy_n(slots_, size_, larger);
  release_slots();
  slots_ = larger;
  capacity_ = capacity;
  return true;
}

bool TimerHeap::set(Timer& timer, Instant when, TimerRank rank) {
  if (timer.armed()) cancel(timer);
  if (when.is_never()) return true;
  if (size_ == capacity_ && !grow()) return false;
  const std::uint32_t order = (sequence_++ & ~rank_bit) | (rank == TimerRank::sleep ? rank_bit : 0);
  slots_[size_] = {when, order, &timer};
  timer.slot_ = static_cast<std::uint32_t>(size_++);
  return true;
}

void TimerHeap::sort_in() {
  while (sorted_ != size_) {
    const Slot slot = slots_[sorted_];
    sift_up(sorted_++, slot);
  }
}

// Position `index` of the heap is empty: puts `slot` there, or where it belongs.
void TimerHeap::fill_hole(std::size_t index, const Slot& slot) {
  if (index > 0 && before(slot, slots_[(index - 1) / arity])) {
    sift_up(index, slot);
  } else {
    sift_down(index, slot);
  }
}

void TimerHeap::cancel(Timer& timer) {
  if (!timer.armed()) return;
  std::size_t index = timer.slot_;
  timer.slot_ = Timer::unarmed;
  if (index < sorted_) {
    // Take it out of the heap, whose last position then belongs to the unsorted slots.
    const Slot last = slots_[--sorted_];
    if (index != sorted_) fill_hole(index, last);
    index = sorted_;
  }
  if (index != --size_) put(index, slots_[size_]);
  if (size_ == 0 && capacity_ > kept_slots) release_slots();
}

Timer& TimerHeap::take_first() {
  Timer& timer = *slots_->timer;
  cancel(timer);
  return timer;
}

bool Timers::set(Timer& timer, Instant when, TimerRank rank) {
  if (!heap_.set(timer, when, rank)) return false;
  if (!scheduler_.in_turn()) update_alarm();
  if (Observers* const observers = scheduler_.observers(); observers && timer.armed()) [[unlikely]]
    observers->timer_event(TraceEventKind::timer_set, when);
  return true;
}

void Timers::cancel(Timer& timer) {
  if (!timer.armed()) return;
  if (Observers* const observers = scheduler_.observers()) [[unlikely]]
    observers->timer_event(TraceEventKind::timer_cancelled, heap_.when(timer));
  heap_.cancel(timer);
  if (!scheduler_.in_turn()) update_alarm();
}

void Timers::fire_due() {
  if (heap_.next().is_never()) return;
  const Instant now = scheduler_.loop().now();
  for (Instant when = heap_.next(); when <= now; when = heap_.next()) {
    Timer& timer = heap_.take_first();
    if (Observers* const observers = scheduler_.observers()) [[unlikely]]
      observers->timer_event(TraceEventKind::timer_fired, when);
    timer.due();
  }
}

void Timers::update_alarm() {
  const Instant next = heap_.next();
  if (next == alarm_) return;
  alarm_ = next;
  scheduler_.loop().set_alarm(next);
}

void Timers::clear_alarm() {
  if (!alarm_.is_never()) scheduler_.loop().set_alarm(Instant::never());
}

} // namespace detail
WASIO_END
