// Finding what holds up all others: steps that take too long.
#pragma once

#include <wasio/trace/instrument.h>

#include <string>
#include <vector>

WASIO_BEGIN

// A step that took longer than it should.
struct SlowStep {
  TaskRef task;
  Place place; // where the task waits now; if it has ended, where it was spawned
  Duration time;
};

// `a step of main took 120 ms; then it waits at f() (main.cpp:12)`.
std::string describe(const SlowStep& step);

// Tells of each step that takes longer than `limit` on the runtime's clock, when it is over. The
// step of a task includes the eager steps made inside it. Reports go to `report`, by default to the
// host's error output.
class SlowSteps final : public Instrument {
 public:
  using Report = void (*)(const SlowStep& step);

  explicit SlowSteps(Duration limit, Report report = nullptr) : limit_(limit), report_(report) {}

  Result<> on_event(const TraceEvent& event) override;

 private:
  void tell(const TaskRef& task, Duration time) const;

  Duration limit_;
  Report report_;
  std::vector<Instant> begun_; // the steps that run, inside one another
};

// Builds with WASIO_DEBUG=1 have one in every runtime, with a limit of 100 ms and the default
// report. This changes the limit in the current runtime and in those made later; with
// `Duration::forever()` they have none. Gives the limit before. In other builds it only keeps the
// number: add a SlowSteps there.
Duration set_slow_step_limit(Duration limit);

WASIO_END
