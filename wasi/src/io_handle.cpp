#include "io_handle.h"

WASIO_BEGIN
namespace wasi {

Error IoHandle::watch(IoWait& wait, Loop& loop) {
  if (wait.waits_) return {};
  detail::Poller* const poller = poller_ ? poller_ : loop.poller();
  if (!poller)
    return Error(errors::misuse, "this runtime's loop waits only for timers, not for the "
                                 "host's streams; use run(body)");
  if (!poller_) poller->handles_.add(*this);
  poller_ = poller;
  poller_->living_ += wait.keeps_alive();
  waits_.add(wait);
  wait.waits_ = true;
  return {};
}

void IoHandle::unwatch(IoWait& wait) {
  if (!std::exchange(wait.waits_, false)) return;
  waits_.remove(wait);
  poller_->living_ -= wait.keeps_alive();
  poller_->progressed_ = true;
  if (!waits_.empty()) return;
  poller_->handles_.remove(*this);
  poller_ = nullptr;
}

void IoHandle::report_ready() {
  for (IoWait* wait = waits_.first(); wait;) {
    IoWait* const next = detail::List<IoWait>::after(*wait);
    wait->ready();
    wait = next;
  }
}

} // namespace wasi

// The waits that are left have no task.
detail::Poller::~Poller() {
  while (wasi::IoHandle* const handle = handles_.first())
    while (wasi::IoWait* const wait = handle->waits_.first()) handle->unwatch(*wait);
}

WASIO_END
