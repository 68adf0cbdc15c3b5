#include <wasio/runtime.h>
#include <wasio/sleep.h>

#include <algorithm>

WASIO_BEGIN
namespace detail {

void Sleep::start() {
  if (time_ == no_number) return fail(Error(errors::misuse, "a sleep's duration is not a number"));
  Runtime& runtime = *task().home;
  const Instant now = runtime.now();
  // What is past is due now, behind what was set before.
  const Instant when =
      time_ < 0 ? now + Duration::nanoseconds(~time_) : std::max(Instant::at(time_), now);
  runtime.set_timer(*this, when, TimerRank::sleep);
}

Wait::Stop Sleep::stop() {
  disarm();
  return Stop::stopped;
}

void Sleep::due() {
  complete();
}

void Sleep::disarm() {
  task().home->cancel_timer(*this);
}

} // namespace detail

Instant now() {
  return Runtime::current().now();
}

WASIO_END
