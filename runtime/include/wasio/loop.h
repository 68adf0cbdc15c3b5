// The interface between the core and its host. The core does not run an event loop: a pushed host
// (a browser, Node) calls it for each turn; a pulled host (WASI) waits on its behalf.
#pragma once

#include <wasio/duration.h>

WASIO_BEGIN

namespace detail {
class Poller;
}

// What a runtime needs from its host. One object per runtime, which it must outlive.
class Loop {
 public:
  // The host's monotonic clock.
  virtual Instant now() = 0;

  // A task became ready while no turn was running: the host must call `Runtime::turn` soon, never
  // from inside this call. Called at most once before the next turn begins. Pulled hosts, which run
  // turns until no task is ready, have nothing to do here.
  virtual void request_turn() = 0;

  // The earliest timer is now `when` (`never`: there is none). The host must run a turn at that
  // time or later. Called only when the time has changed, at the end of a turn or outside turns.
  virtual void set_alarm(Instant when) = 0;

  // Called between two steps, every 64 steps: a pulled host polls its I/O here without waiting.
  // Returning true ends the turn now, because the host wants its thread back (the time slice is
  // used up).
  virtual bool between_steps() = 0;

  // Whether time passes by itself while all tasks are blocked, so that something may still happen.
  // False: the clock is stopped, or jumps to the next timer.
  virtual bool time_passes() { return true; }

  // What the streams of a pulled host wait on; the host defines the type. Null: this loop waits
  // only for timers.
  virtual detail::Poller* poller() { return nullptr; }

 protected:
  ~Loop() = default;
};

WASIO_END
