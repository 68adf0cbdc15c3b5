// A loop without a host: time passes only when everything waits.
#pragma once

#include <wasio/run.h>

WASIO_BEGIN

// Virtual time: when nothing is ready, the clock jumps to the next deadline. The same program gives
// the same steps at the same times on every host.
class VirtualLoop final : public PulledLoop {
 public:
  Instant now() override { return now_; }
  bool between_steps() override { return false; }
  bool wait_until(Instant deadline) override {
    if (deadline.is_never()) return false;
    if (deadline > now_) now_ = deadline;
    return true;
  }

 private:
  Instant now_ = Instant::at(0);
};

WASIO_END
