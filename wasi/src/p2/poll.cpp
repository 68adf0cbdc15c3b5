// Waiting with `wasi:io/poll`: one list of pollables, of which the clock is one. The list is never
// empty, since that would trap. There is no poll that does not wait; a clock with a zero duration,
// which is always ready, takes its place.
#include "poll_loop.h"

#include <span>
#include <vector>
#include <wasi/wasip2.h>

WASIO_BEGIN
namespace wasi {
poll_borrow_pollable_t Alarm::arm(Instant deadline) {
  if (deadline < when_) {
    drop();
    pollable_ = monotonic_clock_subscribe_instant(
        static_cast<monotonic_clock_instant_t>(deadline.nanoseconds()));
    when_ = deadline;
  }
  return poll_borrow_pollable(pollable_);
}

void Alarm::drop() {
  if (!when_.is_never()) poll_pollable_drop_own(pollable_);
  when_ = Instant::never();
}

namespace {

// Waits until one of the handles or `clock`, if there is one, is ready. Returns whether the clock
// was.
bool poll(const detail::List<IoHandle>& waited_for, const poll_borrow_pollable_t* clock) {
  std::vector<IoHandle*> handles;
  std::vector<poll_borrow_pollable_t> pollables;
  for (IoHandle* each = waited_for.first(); each; each = detail::List<IoHandle>::after(*each)) {
    handles.push_back(each);
    pollables.push_back(each->interest().pollable);
  }
  if (clock) pollables.push_back(*clock);
  poll_list_borrow_pollable_t asked = {.ptr = pollables.data(), .len = pollables.size()};
  wasip2_list_u32_t ready = {};
  poll_poll(&asked, &ready);
  bool rang = false;
  // `report_ready` runs no user code, so the later handles still exist.
  for (const std::uint32_t place : std::span(ready.ptr, ready.len)) {
    if (place < handles.size()) {
      handles[place]->report_ready();
    } else {
      rang = true;
    }
  }
  wasip2_list_u32_free(&ready);
  return rang;
}

} // namespace

Instant PollLoop::now() {
  return Instant::at(static_cast<std::int64_t>(monotonic_clock_now()));
}

void PollLoop::look() {
  const auto clock = monotonic_clock_subscribe_duration(0);
  const auto borrowed = poll_borrow_pollable(clock);
  poll(handles_, &borrowed);
  poll_pollable_drop_own(clock);
}

bool PollLoop::wait_until(Instant deadline) {
  if (living_ == 0 && deadline.is_never()) return false;
  if (deadline.is_never()) {
    poll(handles_, nullptr);
  } else if (deadline <= now()) {
    look();
  } else {
    const auto clock = alarm_.arm(deadline);
    if (poll(handles_, &clock)) alarm_.drop();
  }
  return true;
}

} // namespace wasi
WASIO_END
