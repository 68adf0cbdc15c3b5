// A loop without a host, on a clock of its own: for tests, and where there is no host at all.
#pragma once

#include <wasio/run.h>

WASIO_BEGIN

// `MockClock clock; run(body, clock);` runs the body in virtual time: when all tasks are blocked,
// the clock jumps to the next deadline, so hours pass at once and every time is exact. The same
// program takes the same steps at the same times on every host.
//
// Without the autojump the clock stands still but for `jump` and `set_rate`. When then all tasks
// are blocked, `run` reports a deadlock: nobody is left to move the clock.
class MockClock final : public PulledLoop {
 public:
  // Zero at first.
  Instant now() override;

  // The time passes by `span`, at once; what is due then runs when the ready tasks have had their
  // turn. A NaN or an endless span panics.
  void jump(Duration span);
  // On at first.
  void set_autojump(bool on) { autojump_ = on; }
  // How many seconds pass in a second of real time, from now on; none at first. With the autojump
  // off, the loop then waits in real time, and blocks. A negative or infinite rate, or a NaN,
  // panics.
  void set_rate(double rate);

  bool between_steps() override { return false; }
  bool time_passes() override { return rate_ != 0 && !autojump_; }
  bool wait_until(Instant deadline) override;

 private:
  // The time when the rate was set, or at the last jump; and the real time then.
  Instant start_ = Instant::at(0);
  std::int64_t real_start_ = 0;
  double rate_ = 0;
  bool autojump_ = true;
};

// Runs the body in virtual time, in a runtime of its own, to its end. Unlike `run` it may be called
// inside a running task, which waits meanwhile: nothing here depends on a host.
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
