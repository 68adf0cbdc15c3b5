#include <wasio/sleep.h>

#include <algorithm>

WASIO_BEGIN
namespace detail {

void Sleep::start() {
  if (time_ == no_number) return fail(Error(errors::misuse, "sleep(): the duration is NaN"));
  Scheduler& scheduler = task().scheduler();
  const Instant now = scheduler.loop().now();
  // A time in the past is due now, after the timers that were set before.
  const Instant when =
      time_ < 0 ? now + Duration::nanoseconds(~time_) : std::max(Instant::at(time_), now);
  if (!scheduler.timers().set(*this, when, TimerRank::sleep)) fail(no_memory());
}

Wait::Stop Sleep::stop() {
  disarm();
  return Stop::stopped;
}

void Sleep::due() {
  complete();
}

void Sleep::disarm() {
  task().scheduler().timers().cancel(*this);
}

} // namespace detail

Instant now() {
  return detail::Scheduler::current().loop().now();
}

WASIO_END
