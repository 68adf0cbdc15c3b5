#include "instruments.h"
#include <wasio/detail/host_report.h>
#include <wasio/sleep.h>
#include <wasio/trace/slow_steps.h>

#include <chrono>
#include <utility>

WASIO_BEGIN
namespace {

constinit Duration default_limit = std::chrono::milliseconds(100);

void report_slow_step(const SlowStep& step) {
  detail::host_report(describe(step));
}

} // namespace

std::string describe(const SlowStep& step) {
  std::string text = join_text("a step of ", step.task.name(), " took ", describe(step.time));
  if (step.task.waiting()) text += "; then it waits for " + std::string(step.task.waits_for());
  if (step.task.done()) text += "; then it ended";
  if (step.place.known())
    text += join_text(step.task.waiting() ? " at " : ", spawned at ", describe(step.place));
  return text;
}

Result<> SlowSteps::on_event(const TraceEvent& event) {
  if (event.kind == TraceEventKind::step_begun) {
    begun_.push_back(now());
  } else if (event.kind == TraceEventKind::step_ended && !begun_.empty()) {
    // A step without a recorded start is the one in which this instrument was added; skipped.
    const Instant begun = begun_.back();
    begun_.pop_back();
    if (const Duration time = now() - begun; time > limit_) tell(event.task(), time);
  }
  return {};
}

void SlowSteps::tell(const TaskRef& task, Duration time) const {
  if (!task) return;
  const Place place = task.waiting() ? task.waits_at() : task.spawned_at();
  (report_ ? report_ : report_slow_step)({task, place, time});
}

void detail::watch_slow_steps(Scheduler& scheduler) {
  if (default_limit.is_forever() && !scheduler.observers()) return;
  Instruments::made_of(scheduler).set_slow_step_limit(default_limit);
}

Duration set_slow_step_limit(Duration limit) {
  const Duration before = std::exchange(default_limit, limit);
#if WASIO_DEBUG
  if (auto* const scheduler = detail::Scheduler::current_or_null()) watch_slow_steps(*scheduler);
#endif
  return before;
}

WASIO_END
