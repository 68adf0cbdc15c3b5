// A runtime: tasks, timers and a loop that drives them.
#pragma once

#include <wasio/detail/scheduler.h>
#include <wasio/unhandled_error.h>

#include <cstdint>
#include <optional>

WASIO_BEGIN

class Instrument;

// One scheduler, driven by one loop. A program may have several runtimes; the only state that they
// share is which runtime's turn it is, and which task is running.
//
// A runtime is driven from outside in three steps: `begin` a task, `turn` while there is work and
// the host has events, `end` what is left. `run` does all three; a call from JavaScript begins a
// task in a runtime that continues to exist.
class Runtime {
 public:
  // The loop must outlive the runtime.
  explicit Runtime(Loop& loop) : scheduler_(*this, loop) {}
  // Tasks still in it are destroyed, children before parents, without being cancelled first.
  ~Runtime() = default;
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  // The runtime whose turn it is; panics outside a turn.
  static Runtime& current() { return detail::Scheduler::current().runtime(); }
  static Runtime* current_or_null();

  // Adds a task without a parent; it runs from the next turn on. O(1).
  void begin(detail::TaskRecord& task) { scheduler_.root().add(task, scheduler_); }
  // Runs ready tasks until none is ready or the loop wants its thread back. Called by the loop,
  // never from inside a turn. Returns whether a task is still ready. `alarm_rang`: the alarm set
  // with `Loop::set_alarm` has rung and is no longer armed. Clock and timers are checked when no
  // task is ready and every 64 steps; tasks whose timers are due join the ready queue at the back.
  bool turn(bool alarm_rang = false);
  // Cancels all tasks. They end in the turns that follow; then the runtime is idle.
  // O(scopes and tasks).
  void end(Error why, CancelSource source = CancelSource::ending);
  // Whether there are no tasks.
  bool idle() const { return scheduler_.idle(); }

  Loop& loop() const { return scheduler_.loop(); }
  Instant now() const { return loop().now(); }
  // The earliest time at which a timer is due; `never` without timers.
  Instant next_deadline() { return scheduler_.timers().next(); }
  std::size_t timer_count() { return scheduler_.timers().size(); }

  // From the next pass on, the tasks of each pass (those that are ready when it begins) run in an
  // order that depends only on the seed and is the same on every host. `nullopt`: FIFO. For tests
  // that look for accidental dependence on the order.
  void shuffle(std::optional<std::uint64_t> seed) { detail::shuffle(scheduler_, seed); }

  // From now on the instrument is notified of each event, after the instruments added earlier. An
  // instrument watches one runtime at a time; adding it to a second one panics. Does not affect the
  // program. O(1).
  void add_instrument(Instrument& instrument) { detail::add_instrument(scheduler_, instrument); }
  // The instrument is no longer notified. No effect if it was not added here. O(instruments).
  void remove_instrument(Instrument& instrument) {
    detail::remove_instrument(scheduler_, instrument);
  }

 private:
  friend detail::Scheduler& detail::scheduler_of(Runtime& runtime);

  detail::Scheduler scheduler_;
};

WASIO_END
