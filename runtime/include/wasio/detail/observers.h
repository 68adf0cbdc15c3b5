// What the core reports to its observers. Without an observer there is neither state nor code for
// it.
#pragma once

#include <wasio/duration.h>

#include <cstdint>

WASIO_BEGIN

class Instrument;

// The kind of an event. Each comment lists the fields of `TraceEvent` that are set.
enum class TraceEventKind : std::uint8_t {
  task_spawned,    // task: it runs in a later step
  task_scheduled,  // task: it is ready for its next step
  step_begun,      // task
  step_ended,      // task: it waits or has ended
  task_ended,      // task, ending
  scope_entered,   // task, depth, what
  scope_cancelled, // task, depth, what, source: the first cancel aimed at it
  scope_left,      // task, depth, what
  timer_set,       // when: it will be due
  timer_cancelled, // when: it would have been due
  timer_fired,     // when: it was due
  wait_begun,      // task, what: the operation could not complete immediately
  wait_ended,      // task, what: the task resumes after it
};

namespace detail {

class Scheduler;
class TaskRecord;
struct ScopeNode;

// The instruments of one runtime, as the core sees them. The object is destroyed when the last one
// is removed, so it may be gone after any of these calls.
class Observers {
 public:
  virtual ~Observers() = default;
  virtual void task_event(TraceEventKind kind, TaskRecord& task) = 0;
  virtual void scope_event(TraceEventKind kind, ScopeNode& node) = 0;
  virtual void timer_event(TraceEventKind kind, Instant when) = 0;
};

// Defined in trace/. The scheduler has observers while it has instruments.
void add_instrument(Scheduler& scheduler, Instrument& instrument);
void remove_instrument(Scheduler& scheduler, Instrument& instrument);
// Debug builds: reports slow steps, by the limit of `set_slow_step_limit`.
void watch_slow_steps(Scheduler& scheduler);

} // namespace detail
WASIO_END
