// A runtime: tasks, timers and a loop that drives them.
#pragma once

#include <wasio/detail/scheduler.h>
#include <wasio/unhandled_error.h>

#include <cstdint>
#include <optional>

WASIO_BEGIN

class Instrument;

// One scheduler, driven by one loop. Several may live in one program; the only state outside is
// whose turn it is, of the runtimes and of the tasks.
//
// It is driven from outside in three steps: `begin` a task, `turn` while there is work and the host
// has events, `end` what is left. `run` does all of it; a call from JavaScript begins a task in a
// runtime that lives on.
class Runtime {
 public:
  // The loop must outlive the runtime.
  explicit Runtime(Loop& loop) : scheduler_(*this, loop) {}
  // Work still in it is destroyed, children before parents, without being asked.
  ~Runtime() = default;
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  // The runtime whose turn it is; panics outside of one.
  static Runtime& current() { return detail::Scheduler::current().runtime(); }
  static Runtime* current_or_null();

  // The task, one without parent, runs from the next turn on. O(1).
  void begin(detail::TaskRecord& task) { scheduler_.root().add(task, scheduler_); }
  // Runs ready tasks until no task is ready, or the loop wants its thread back. Called by the loop,
  // never from inside a turn. True: some task is still ready. `alarm_rang`: the alarm that the loop
  // was asked for has rung, and is not armed any more. Clock and timers are looked at when nothing
  // is ready and every 64 steps; timers that are due join behind the ready tasks.
  bool turn(bool alarm_rang = false);
  // Cancels everything that runs. The turns that follow end it; then the runtime is idle.
  // O(scopes and tasks).
  void end(Error why, CancelSource source = CancelSource::ending);
  // No task runs.
  bool idle() const { return scheduler_.idle(); }

  Loop& loop() const { return scheduler_.loop(); }
  Instant now() const { return loop().now(); }
  // The earliest time at which a timer is due.
  Instant next_deadline() { return scheduler_.timers().next(); }
  std::size_t timer_count() { return scheduler_.timers().size(); }

  // From the next pass on, the tasks of each pass (those that are ready when it begins) run in an
  // order that depends on the seed alone, the same on every host. `nullopt`: FIFO. For tests that
  // look for accidental dependence on the order.
  void shuffle(std::optional<std::uint64_t> seed) { detail::shuffle(scheduler_, seed); }

  // From now on the instrument is told what happens, after those that were added before. It watches
  // one runtime at a time; a second one panics. Changes nothing that the program does. O(1).
  void add_instrument(Instrument& instrument) { detail::add_instrument(scheduler_, instrument); }
  // The instrument is told nothing more; one that is not here is left alone. O(instruments).
  void remove_instrument(Instrument& instrument) {
    detail::remove_instrument(scheduler_, instrument);
  }

 private:
  friend detail::Scheduler& detail::scheduler_of(Runtime& runtime);

  detail::Scheduler scheduler_;
};

WASIO_END
