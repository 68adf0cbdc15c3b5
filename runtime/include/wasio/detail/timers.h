// Timers in deadline order: a heap that hands out due ones.
#pragma once

#include <wasio/duration.h>
#include <wasio/loop.h>

#include <cstddef>
#include <vector>

WASIO_BEGIN
namespace detail {

class TimerHeap;

// Something that is due at a time. Armed at most once at a time; must be out of the heap when it
// dies.
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

// Of timers due at one instant the deadlines of scopes come first, so that a sleep that ends at the
// very instant of a deadline around it is cancelled; then the order in which they were set counts.
enum class TimerRank : std::uint8_t { deadline, sleep };

// A 4-ary heap of slots that carry their key, so that sifting touches no timer but to tell it its
// slot. Behind the heap stand those that were set since the next deadline was last asked for: most
// timeouts are cancelled before that, and never sorted in. To set and to cancel such a one is O(1),
// to cancel another O(log n), the next deadline O(log n) for each that has been set.
class TimerHeap {
 public:
  // At `Instant::never()` nothing is armed: it will not come.
  void set(Timer& timer, Instant when, TimerRank rank);
  void cancel(Timer& timer);
  // The earliest deadline, or never.
  Instant next() {
    if (sorted_ != slots_.size()) sort_in();
    return slots_.empty() ? Instant::never() : slots_.front().when;
  }
  // Takes out the one that is due first; there is one.
  Timer& take_first();
  std::size_t size() const { return slots_.size(); }
  // Of an armed timer.
  Instant when(const Timer& timer) const { return slots_[timer.slot_].when; }

 private:
  struct Slot {
    Instant when;
    std::uint32_t order; // bit 31: the rank; below it the sequence number, compared as a circle
    Timer* timer;
  };

  static bool before(const Slot& a, const Slot& b);
  void put(std::size_t index, const Slot& slot);
  void sort_in();
  void fill_hole(std::size_t index, const Slot& slot);
  void sift_up(std::size_t index, Slot slot);
  void sift_down(std::size_t index, Slot slot);

  std::vector<Slot> slots_;
  std::size_t sorted_ = 0; // so many at its front are the heap
  std::uint32_t sequence_ = 0;
};

class Scheduler;

// The timers of one runtime, and the one alarm of its loop that stands for all of them.
//
// Invariant: outside of a turn the loop's alarm is set to the earliest deadline.
class Timers {
 public:
  explicit Timers(Scheduler& scheduler) : scheduler_(scheduler) {}

  // At `Instant::never()` nothing is armed. O(1).
  void set(Timer& timer, Instant when, TimerRank rank);
  // Nothing, if it is not armed. O(1) before the next look at the clock, then O(log timers).
  void cancel(Timer& timer);
  // Those that are due are told so, in their order. O(log timers) for each.
  void fire_due();
  Instant next() { return heap_.next(); }
  std::size_t size() const { return heap_.size(); }

  // Tells the loop the earliest deadline, if that has changed.
  void update_alarm();
  // The loop's alarm has rung: it is not armed any more.
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
