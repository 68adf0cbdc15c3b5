// Watching a runtime: what its tasks, scopes, timers and waits do, as it happens.
#pragma once

#include <wasio/task_tree.h>

#include <cstdint>

WASIO_BEGIN

using Ending = detail::Ending;

// What an event says. The fields of `TraceEvent` that are set stand behind each.
enum class TraceEventKind : std::uint8_t {
  task_spawned,    // task: it runs from a later step on
  task_scheduled,  // task: it is ready for its next step
  step_begun,      // task
  step_ended,      // task: it waits, or has ended
  task_ended,      // task, ending
  scope_entered,   // task, depth, what
  scope_cancelled, // task, depth, what, source: the first cancel aimed at it
  scope_left,      // task, depth, what
  timer_set,       // when
  timer_cancelled, // when
  timer_fired,     // when
  wait_begun,      // task, what: the operation could not complete at once
  wait_ended,      // task, what: the task's turn has come after it
};

// Something that has just happened.
struct TraceEvent {
  using Kind = TraceEventKind;

  Kind kind;
  // Whom it is about; empty for what happens in a runtime as a whole.
  TaskRef task = {};
  // How many scopes and sets of tasks the task is in, counting this one. 0 for the task itself,
  // which a handle cancels.
  unsigned depth = 0;
  // As in `ScopeInfo` and `TaskRef::waits_for`.
  std::string_view what = {};
  CancelSource source = CancelSource::none;
  Ending ending = Ending::value;
  Instant when = Instant::never();
};

// Gets the events of the runtime that it was added to (`Runtime::add_instrument`), in the order in
// which they happen. It only watches: it may read, and add or remove instruments; what it causes
// otherwise is not told to anybody. Must be removed before it is destroyed, unless the runtime is
// gone.
class Instrument {
 public:
  // Called inside whatever caused the event. An error, or an exception, removes the instrument and
  // goes to the unhandled-error hook; the program goes on.
  virtual Result<> on_event(const TraceEvent& event) = 0;

 protected:
  ~Instrument() = default;
};

WASIO_END
