// Timers in deadline order: a heap that returns the due ones.
#pragma once

#include <wasio/duration.h>
#include <wasio/loop.h>

#include <cstddef>
#include <cstdint>

WASIO_BEGIN
namespace detail {

class TimerHeap;

// Something that is due at an instant. In the heap at most once; must be out of it when it is
// destroyed.
class Timer {
 public:
  Timer& operator=(const Timer&) = delete;

  bool armed() const { return slot_ != unarmed; }

  // The time has come and the timer is out of the heap. Runs no user code.
  virtual void due() = 0;

 protected:
  Timer() = default;
  Timer(const Timer&) {} // a copy is not armed
  ~Timer() = default;

 private:
  friend TimerHeap;
  static constexpr std::uint32_t unarmed = 0xffffffff;
  std::uint32_t slot_ = unarmed;
};

// Of the timers due at one instant, the deadlines of scopes come first, so that a sleep that ends
// exactly at a deadline around it is cancelled; then timers come in the order in which they were
// set.
enum class TimerRank : std::uint8_t { deadline, sleep };

// A 4-ary heap of slots that carry their keys, so that sifting touches a timer only to store its
// new index. Timers set since the last call of `next` are kept behind the heap, unsorted: most
// timeouts are cancelled before the next call and are never sorted in.
//
//     slots_:  | heap           | unsorted          |
//              0             sorted_           size_
//
// Setting a timer is O(1), and so is cancelling an unsorted one; cancelling a sorted one is
// O(log n). `next` is O(log n) for each unsorted timer.
class TimerHeap {
 public:
  TimerHeap() = default;
  TimerHeap(const TimerHeap&) = delete;
  TimerHeap& operator=(const TimerHeap&) = delete;
  ~TimerHeap();

  // With `Instant::never()` the timer is not armed. False: memory is exhausted, and it is not.
  bool set(Timer& timer, Instant when, TimerRank rank);
  void cancel(Timer& timer);
  // The earliest deadline, or never.
  Instant next() {
    if (sorted_ != size_) sort_in();
    return size_ == 0 ? Instant::never() : slots_->when;
  }
  // Takes out the timer that is due first, whose deadline `next` has just returned.
  Timer& take_first();
  std::size_t size() const { return size_; }
  // The timer must be armed.
  Instant when(const Timer& timer) const { return slots_[timer.slot_].when; }

 private:
  struct Slot {
    Instant when;
    std::uint32_t order; // bit 31: rank; below: sequence number, which wraps around
    Timer* timer;
  };

  static bool before(const Slot& a, const Slot& b);
  bool grow();
  void release_slots();
  void put(std::size_t index, const Slot& slot);
  void sort_in();
  void fill_hole(std::size_t index, const Slot& slot);
  void sift_up(std::size_t index, Slot slot);
  void sift_down(std::size_t index, Slot slot);

  // The first timers need no memory of their own: they can be set when it is exhausted.
  static constexpr std::size_t first_slots = 8;
  Slot first_[first_slots];

  Slot* slots_ = first_;
  std::size_t size_ = 0;
  std::size_t capacity_ = first_slots;
  std::size_t sorted_ = 0; // how many slots at the front are the heap
  std::uint32_t sequence_ = 0;
};

class Scheduler;

// The timers of one runtime, all served by the one alarm of its loop.
//
// Invariant: outside of a turn the loop's alarm is set to the earliest deadline.
class Timers {
 public:
  explicit Timers(Scheduler& scheduler) : scheduler_(scheduler) {}

  // With `Instant::never()` the timer is not armed. False: memory is exhausted, and it is not.
  // O(1).
  [[nodiscard]] bool set(Timer& timer, Instant when, TimerRank rank);
  // Does nothing if it is not armed. O(1) until the next look at the clock, then O(log timers).
  void cancel(Timer& timer);
  // Calls `due` of the timers that are due, in their order. O(log timers) for each.
  void fire_due();
  Instant next() { return heap_.next(); }
  std::size_t size() const { return heap_.size(); }

  // Tells the loop the earliest deadline, if that has changed.
  void update_alarm();
  // The loop's alarm has rung, so it is no longer set.
  void alarm_rang() { alarm_ = Instant::never(); }
  // For a runtime that is destroyed.
  void clear_alarm();

 private:
  Scheduler& scheduler_;
  TimerHeap heap_;
  Instant alarm_ = Instant::never(); // what the loop was told last
};

} // namespace detail
WASIO_END
