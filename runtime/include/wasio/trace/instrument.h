// Observes a runtime: events of its tasks, scopes, timers and waits, as they happen.
#pragma once

#include <wasio/trace/task_tree.h>

#include <cstdint>

WASIO_BEGIN

namespace detail {
class Instruments;
}

using Ending = detail::Ending;

// An event that has just happened.
struct TraceEvent {
  using Kind = TraceEventKind;

  Kind kind;
  // As in `ScopeInfo` and `TaskRef::waits_for`; `task` for a cancel through a handle.
  std::string_view what = {};
  CancelSource source = CancelSource::none;
  Ending ending = Ending::value;
  Instant when = Instant::never();
  detail::ScopeNode* node = nullptr; // the task or the scope, for the functions below

  // These may be called only inside `on_event`.
  // The task concerned; empty for a timer event, and if memory is exhausted.
  TaskRef task() const;
  // The number of scopes and task sets that the task is in, including this one. 0 for the task
  // itself, when a handle cancels it. O(depth).
  unsigned depth() const;
};

// Receives the events of the runtime that it was added to (`Runtime::add_instrument`), in the order
// in which they happen. It should only observe: it may read state, and add or remove instruments;
// events caused by any other action of it are not reported. Its destructor removes it.
class Instrument {
 public:
  Instrument() = default;
  Instrument(const Instrument&) = delete;
  Instrument& operator=(const Instrument&) = delete;

  // Called inside the operation that caused the event, with its runtime as the current one. An
  // error or an exception removes the instrument and goes to the unhandled-error hook; the program
  // continues.
  virtual Result<> on_event(const TraceEvent& event) = 0;

 protected:
  ~Instrument();

 private:
  friend detail::Instruments;
  detail::Instruments* watched_ = nullptr; // what it belongs to, of one runtime
};

WASIO_END
