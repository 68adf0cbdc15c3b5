// The seam between the core and the thing that drives it. The core drives no loop: a host calls it
// for a turn (pushed: a browser, Node) or waits on its behalf (pulled: WASI).
#pragma once

#include <wasio/duration.h>

WASIO_BEGIN

namespace detail {
class Poller;
}

// What a runtime asks of its host. One object per runtime; it outlives the runtime.
class Loop {
 public:
  // The host's monotonic clock.
  virtual Instant now() = 0;

  // Something became ready while no turn was running: the host calls `Runtime::turn` soon, never
  // from inside this call. Called once until the next turn begins. Pulled hosts, which turn until
  // nothing is ready, have nothing to do here.
  virtual void request_turn() = 0;

  // The earliest timer is now `when` (`never`: there is none). The host sees to a turn at that time
  // or later. Called only when the time changed, at the end of a turn or outside of turns.
  virtual void set_alarm(Instant when) = 0;

  // Called between two steps, every 64 steps: a pulled host looks at its I/O here without waiting.
  // True ends the turn now, because the host wants its thread back (the time slice is used up).
  virtual bool between_steps() = 0;

  // Whether time passes by itself, and may bring something, while all tasks are blocked. False: the
  // clock stands, or jumps where the next timer is.
  virtual bool time_passes() { return true; }

  // What the streams of a pulled host wait with, which that host defines. Null: this loop waits for
  // nothing but timers.
  virtual detail::Poller* poller() { return nullptr; }

 protected:
  ~Loop() = default;
};

WASIO_END
