// Watching a runtime: what its tasks, scopes, timers and waits do, as it happens.
#pragma once

#include <wasio/trace/task_tree.h>

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
  timer_set,       // when it will be due
  timer_cancelled, // when it would have been due
  timer_fired,     // when it was due
  wait_begun,      // task, what: the operation could not complete at once
  wait_ended,      // task, what: the task's turn has come after it
};

// Something that has just happened.
struct TraceEvent {
  using Kind = TraceEventKind;

  Kind kind;
  // As in `ScopeInfo` and `TaskRef::waits_for`; `task` for a cancel through a handle.
  std::string_view what = {};
  CancelSource source = CancelSource::none;
  Ending ending = Ending::value;
  Instant when = Instant::never();
  detail::ScopeNode* node = nullptr; // the task or the scope, for what follows

  // These may be called inside `on_event` only.
  // Whom it is about; empty for a timer, and when memory is exhausted.
  TaskRef task() const;
  // How many scopes and sets of tasks the task is in, counting this one. 0 for the task itself,
  // which a handle cancels. O(depth).
  unsigned depth() const;
};

// Gets the events of the runtime that it was added to (`Runtime::add_instrument`), in the order in
// which they happen. It only watches: it may read, and add or remove instruments; what it causes
// otherwise is not told to anybody. Its destructor removes it.
class Instrument {
 public:
  Instrument() = default;
  Instrument(const Instrument&) = delete;
  Instrument& operator=(const Instrument&) = delete;

  // Called inside whatever caused the event, with its runtime as the current one. An error, or an
  // exception, removes the instrument and goes to the unhandled-error hook; the program goes on.
  virtual Result<> on_event(const TraceEvent& event) = 0;

 protected:
  ~Instrument();

 private:
  friend Runtime;
  Runtime* watched_ = nullptr;
};

WASIO_END
