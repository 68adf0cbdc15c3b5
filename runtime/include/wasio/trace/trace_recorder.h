// Records what a program did, as text that is the same on every host.
#pragma once

#include <wasio/trace/instrument.h>

#include <string>

WASIO_BEGIN

// Writes one line per event: the time since the first event, the kind, the task's id and given
// name, and the other fields of the event.
//
//   0 ms task_spawned #2 reader main.cpp:12
//   0 ms wait_begun #2 reader sleep main.cpp:20
//   5 ms timer_fired 5 ms
//
// Nothing in it depends on the host, on addresses, or on how a compiler names functions. In virtual
// time, the trace of a program without other input is therefore byte for byte the same in all
// builds with the same WASIO_PLACES.
class TraceRecorder final : public Instrument {
 public:
  Result<> on_event(const TraceEvent& event) override;

  // The lines so far.
  const std::string& text() const { return text_; }

 private:
  void add_task(const TaskRef& task);
  void add_details(const TraceEvent& event, const TaskRef& task);
  void add_place(Place place);

  std::string text_;
  Instant start_;
};

WASIO_END
