// Letting time or others pass.
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
  explicit Sleep(Duration span) : time_(span.is_nan() ? no_number : ~span.nanoseconds()) {}
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

  // Until when; what is before the clock's zero has passed. Or, below zero, the complement of how
  // long. One number, and without padding before it, because every sleeping task keeps it.
  using Unpadded [[gnu::aligned(4)]] = std::int64_t;
  static constexpr std::int64_t no_number = ~(longest - 1); // no Duration comes so close
  Unpadded time_;
};

class [[nodiscard("a checkpoint acts only when it is awaited")]] Checkpoint {
 public:
  using wasio_awaitable = void;

  bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> waiting) {
    Scheduler::running()->yield_in(frame_of(waiting)); // only a Task gets here, so there is one
  }
  void await_resume() const noexcept {}
};

} // namespace detail

// Sleeps for at least `span`, counted from the await. A negative or zero one is a timer that is
// due: the task goes on behind what is ready when the clock is next looked at.
// `Duration::forever()` sleeps until cancelled; a NaN fails with `misuse`. Cancel and schedule
// point; a cancel ends it at once. O(log timers).
inline detail::Sleep sleep(Duration span) {
  return detail::Sleep(span);
}
// The same, until `when` on the runtime's clock.
inline detail::Sleep sleep_until(Instant when) {
  return detail::Sleep(when);
}

// Ends the work if it is cancelled, else goes to the back of the ready queue. Cancel and schedule
// point. O(1).
inline detail::Checkpoint checkpoint() {
  return {};
}

// The runtime's clock now. Panics outside of a runtime's turn.
Instant now();

WASIO_END
