// Finds steps that take too long and so delay all other tasks.
#pragma once

#include <wasio/trace/instrument.h>

#include <string>
#include <vector>

WASIO_BEGIN

// A step that took longer than the limit.
struct SlowStep {
  TaskRef task;
  Place place; // where the task waits now; where it was spawned if it does not wait
  Duration time;
};

// `a step of main took 120 ms; then it waits for sleep at f() (main.cpp:12)`.
std::string describe(const SlowStep& step);

// Reports each step that takes longer than `limit` on the runtime's clock, once it is over. A step
// includes the eager steps made inside it. Reports go to `report`, by default to the host's error
// output.
class SlowSteps final : public Instrument {
 public:
  using Report = void (*)(const SlowStep& step);

  explicit SlowSteps(Duration limit, Report report = nullptr) : limit_(limit), report_(report) {}

  Result<> on_event(const TraceEvent& event) override;

 private:
  void tell(const TaskRef& task, Duration time) const;

  Duration limit_;
  Report report_;
  std::vector<Instant> begun_; // start times of the running steps, which nest
};

// Builds with WASIO_DEBUG=1 have a SlowSteps in every runtime, with a limit of 100 ms and the
// default report. This changes the limit for the current runtime and those made later; with
// `Duration::forever()` they have none. Returns the previous limit. In other builds it only stores
// the limit: add a SlowSteps there yourself.
Duration set_slow_step_limit(Duration limit);

WASIO_END
