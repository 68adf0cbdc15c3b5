#include <wasio/runtime.h>
#include <wasio/wait_all_tasks_blocked.h>

WASIO_BEGIN
namespace detail {

void AllBlocked::start() {
  task().home->add_blocked_wait(*this);
}

Wait::Stop AllBlocked::stop() {
  leave_line();
  return Stop::stopped;
}

void AllBlocked::leave_line() {
  task().home->remove_blocked_wait(*this);
}

} // namespace detail

// Only those that are in line now: one that comes back has to wait for the others again.
void Runtime::add_blocked_wait(detail::AllBlocked& wait) {
  blocked_waits_.add(wait);
  request_turn();
}

void Runtime::remove_blocked_wait(detail::AllBlocked& wait) {
  blocked_waits_.remove(wait);
}

void Runtime::wake_blocked_waits() {
  while (auto* const wait = blocked_waits_.take_first()) wait->wake();
}

WASIO_END
