// Waiting with `wasi:io/poll`: one list of pollables, of which the clock is one. The list is never
// empty, since that would trap. There is no poll that does not wait; a clock with a zero duration,
// which is always ready, takes its place.
#include "poll_loop.h"

#include <vector>
#include <wasi/wasip2.h>

WASIO_BEGIN
namespace wasi {
namespace {

poll_own_pollable_t alarm_at(Instant deadline, Instant now) {
  if (deadline <= now) return monotonic_clock_subscribe_duration(0);
  return monotonic_clock_subscribe_instant(
      static_cast<monotonic_clock_instant_t>(deadline.nanoseconds()));
}

} // namespace

Instant PollLoop::now() {
  return Instant::at(static_cast<std::int64_t>(monotonic_clock_now()));
}

bool PollLoop::wait_until(Instant deadline) {
  if (queues_.empty() && deadline.is_never()) return false;
  std::vector<IoQueue*> queues;
  std::vector<poll_borrow_pollable_t> pollables;
  for (IoQueue* queue = queues_.first(); queue; queue = detail::List<IoQueue>::after(*queue)) {
    queues.push_back(queue);
    pollables.push_back(queue->interest().pollable);
  }
  poll_own_pollable_t alarm = {};
  const bool armed = !deadline.is_never();
  if (armed) {
    alarm = alarm_at(deadline, now());
    pollables.push_back(poll_borrow_pollable(alarm));
  }
  poll_list_borrow_pollable_t asked = {.ptr = pollables.data(), .len = pollables.size()};
  wasip2_list_u32_t ready = {};
  poll_poll(&asked, &ready);
  if (armed) poll_pollable_drop_own(alarm);
  // `proceed` runs no user code, so operations are still waiting in the later queues.
  for (std::size_t i = 0; i < ready.len; ++i)
    if (ready.ptr[i] < queues.size()) queues[ready.ptr[i]]->proceed();
  wasip2_list_u32_free(&ready);
  return true;
}

} // namespace wasi
WASIO_END
