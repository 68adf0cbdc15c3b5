// Lets time pass, or other tasks run.
#pragma once

#include <wasio/detail/scheduler.h>
#include <wasio/detail/timers.h>
#include <wasio/wait.h>

#include <algorithm>

WASIO_BEGIN
namespace detail {

class [[nodiscard("a sleep begins only when it is awaited")]] Sleep final : public Wait,
                                                                            private Timer {
 public:
  static constexpr bool always_stops = true;

  explicit Sleep(Duration span)
      : time_(span.is_nan()       ? no_number
              : span.is_forever() ? longest
                                  : ~span.nanoseconds()) {}
  explicit Sleep(Instant until) : time_(std::max(until.nanoseconds(), std::int64_t{0})) {}
  Sleep(const Sleep&) = default;
  ~Sleep() {
    if (armed()) disarm();
  }
  void await_resume() const noexcept {}

 private:
  std::string_view what() const override { return "sleep"; }
  void start() override;
  Stop stop() override;
  void due() override;
  void disarm();

  // If not negative, the instant to sleep until (one before the clock's zero has passed, and is
  // kept as zero). If negative, the complement of the span. A single number without padding before
  // it, because every sleeping task stores it. A sleep forever is one until never, so that the
  // complement of the longest span is left for NaN.
  using Unpadded [[gnu::aligned(4)]] = std::int64_t;
  static constexpr std::int64_t no_number = ~longest;
  Unpadded time_;
};

class [[nodiscard("a checkpoint acts only when it is awaited")]] Checkpoint {
 public:
  using wasio_awaitable = void;

  bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> waiting) {
    Scheduler::running()->yield_in(frame_of(waiting)); // only a Task gets here, so one is running
  }
  void await_resume() const noexcept {}
};

} // namespace detail

// Sleeps for at least `span`, counted from the await. A negative or zero span is a timer that is
// already due: when the clock is next checked, the task joins the ready queue at the back.
// `Duration::forever()` sleeps until cancelled; a NaN fails with `misuse`. Cancel and schedule
// point; a cancel ends the sleep immediately. O(log timers).
inline detail::Sleep sleep(Duration span) {
  return detail::Sleep(span);
}
// The same, until `when` on the runtime's clock.
inline detail::Sleep sleep_until(Instant when) {
  return detail::Sleep(when);
}

// Ends the work if it is cancelled; otherwise the task goes to the back of the ready queue. Cancel
// and schedule point. O(1).
inline detail::Checkpoint checkpoint() {
  return {};
}

// The current time of the runtime's clock. Panics outside a runtime's turn.
Instant now();

WASIO_END
