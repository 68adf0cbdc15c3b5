// Watching a runtime: what its tasks, scopes, timers and waits do, as it happens.
#pragma once

#include <wasio/trace/task_tree.h>

#include <cstdint>

WASIO_BEGIN

namespace detail {
class Instruments;
}

using Ending = detail::Ending;

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
  friend detail::Instruments;
  detail::Instruments* watched_ = nullptr; // what it belongs to, of one runtime
};

WASIO_END
