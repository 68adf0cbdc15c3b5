#include "test_hook.h"

WASIO_BEGIN
namespace detail {

void AllBlocked::start() {
  if (cushion_.is_nan())
    return fail(Error(errors::misuse, "wait_all_tasks_blocked(): the cushion is NaN"));
  Scheduler& scheduler = task().scheduler();
  TestHook* const hook = TestHook::of(scheduler);
  if (!hook) return fail(detail::no_memory());
  hook->add(*this);
  scheduler.request_turn();
}

Wait::Stop AllBlocked::stop() {
  leave_line();
  return Stop::stopped;
}

void AllBlocked::leave_line() {
  TestHook::of(task().scheduler())->remove(*this);
  restart();
}

bool AllBlocked::is_over(bool time_passes) {
  if (cushion_ == Duration() || time_is_up_) return true;
  if (!time_passes) return !cushion_.is_forever();
  Scheduler& scheduler = task().scheduler();
  // Without memory for the timer, the cushion is skipped.
  if (armed()) return false;
  return !scheduler.timers().set(*this, scheduler.loop().now() + cushion_, TimerRank::sleep);
}

void AllBlocked::restart() {
  task().scheduler().timers().cancel(*this);
  time_is_up_ = false;
}

void AllBlocked::wake() {
  restart();
  complete();
}

} // namespace detail
WASIO_END
