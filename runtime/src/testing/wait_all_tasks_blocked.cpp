#include <wasio/runtime.h>
#include <wasio/testing/wait_all_tasks_blocked.h>

WASIO_BEGIN
namespace detail {

void AllBlocked::start() {
  if (cushion_.is_nan())
    return fail(Error(errors::misuse, "wait_all_tasks_blocked(): the cushion is NaN"));
  task().home->add_blocked_wait(*this);
}

Wait::Stop AllBlocked::stop() {
  leave_line();
  return Stop::stopped;
}

void AllBlocked::leave_line() {
  task().home->remove_blocked_wait(*this);
  restart();
}

bool AllBlocked::is_over(bool time_passes) {
  if (cushion_ == Duration() || time_is_up_) return true;
  if (!time_passes) return !cushion_.is_forever();
  Runtime& runtime = *task().home;
  if (!armed()) runtime.set_timer(*this, runtime.now() + cushion_, TimerRank::sleep);
  return false;
}

void AllBlocked::restart() {
  task().home->cancel_timer(*this);
  time_is_up_ = false;
}

void AllBlocked::wake() {
  restart();
  complete();
}

namespace {

// The first of the waits with the smallest cushion; null if there are no waits.
AllBlocked* smallest_cushion(const List<AllBlocked>& waits) {
  AllBlocked* smallest = waits.first();
  for (AllBlocked* wait = smallest; wait; wait = List<AllBlocked>::after(*wait))
    if (wait->cushion() < smallest->cushion()) smallest = wait;
  return smallest;
}

} // namespace
} // namespace detail

void Runtime::add_blocked_wait(detail::AllBlocked& wait) {
  wake_blocked_waits_ = wake_blocked_waits;
  blocked_waits_.add(wait);
  request_turn();
}

void Runtime::remove_blocked_wait(detail::AllBlocked& wait) {
  blocked_waits_.remove(wait);
}

// Called when no task is ready. `after_steps`: a task has run since this turn began.
void Runtime::wake_blocked_waits(Runtime& runtime, bool after_steps) {
  using detail::AllBlocked;
  using Waits = detail::List<AllBlocked>;
  Waits& waits = runtime.blocked_waits_;
  if (after_steps)
    for (AllBlocked* wait = waits.first(); wait; wait = Waits::after(*wait)) wait->restart();
  AllBlocked* const first = detail::smallest_cushion(waits);
  if (!first || !first->is_over(runtime.loop_.time_passes())) return;
  // Wakes only the waits that are in the list now; a task that waits here again must wait for the
  // others to block again.
  const Duration cushion = first->cushion();
  for (AllBlocked *wait = first, *next; wait; wait = next) {
    next = Waits::after(*wait);
    if (wait->cushion() != cushion) continue;
    waits.remove(*wait);
    wait->wake();
  }
}

WASIO_END
