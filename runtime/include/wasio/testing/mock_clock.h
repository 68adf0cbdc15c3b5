// An event loop without a host, with its own clock: for tests, and where there is no host at all.
#pragma once

#include <wasio/run.h>

WASIO_BEGIN

// `MockClock clock; run(body, clock);` runs the body in virtual time: when all tasks are blocked,
// the clock jumps to the next deadline, so hours pass immediately and every time is exact. The same
// program takes the same steps at the same times on every host.
//
// Without the autojump the clock moves only by `jump` and `set_rate`. If all tasks are blocked
// while the rate is 0, `run` reports a deadlock: no task is left to move the clock.
class MockClock final : public PulledLoop {
 public:
  // Starts at zero.
  Instant now() override;

  // Advances the clock by `span` immediately; timers due by then fire after the ready tasks have
  // had their turn. Panics if `span` is NaN or forever.
  void jump(Duration span);
  // Initially on.
  void set_autojump(bool on) { autojump_ = on; }
  // Sets how many seconds pass per second of real time from now on; initially 0. With the autojump
  // off, the loop then waits in real time, and blocks. Panics if `rate` is negative, infinite or
  // NaN.
  void set_rate(double rate);

  bool between_steps() override { return false; }
  bool time_passes() override { return rate_ != 0 && !autojump_; }
  bool wait_until(Instant deadline) override;

 private:
  // The clock's time at `real_start_`, plus all jumps since; and the real time when the rate was
  // last set.
  Instant start_ = Instant::at(0);
  std::int64_t real_start_ = 0;
  double rate_ = 0;
  bool autojump_ = true;
};

// Runs the body in virtual time, in a runtime of its own, to its end. Unlike `run`, it may be
// called inside a running task, which is blocked meanwhile: nothing here depends on a host.
template <Body B>
Result<detail::Stored<body_result_t<B>>> run_virtually(B&& body, MockClock& clock,
                                                       RunOptions options = {}) {
  detail::MainTask<std::decay_t<B>> main(std::in_place, std::forward<B>(body));
  detail::run_main(clock, main, options);
  return main.outcome();
}
template <Body B>
auto run_virtually(B&& body) {
  MockClock clock;
  return run_virtually(std::forward<B>(body), clock);
}

WASIO_END
