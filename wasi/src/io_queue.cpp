#include "io_queue.h"

#include "poll_loop.h"
#include <wasio/detail/scheduler.h>

WASIO_BEGIN
namespace wasi {

bool IoQueue::proceed() {
  ReadyWait& wait = *waits_.first();
  TryResult tried = wait.attempt(true);
  if (!tried) return false;
  leave(wait);
  wait.end_with(std::move(*tried));
  return true;
}

void IoQueue::join(ReadyWait& wait, detail::Poller& poller) {
  if (empty()) {
    poller_ = &poller;
    poller.add(*this);
  }
  waits_.add(wait);
}

void IoQueue::leave(ReadyWait& wait) {
  waits_.remove(wait);
  if (empty()) poller_->remove(*this);
}

void ReadyWait::start() {
  if (Error refused = refusal()) return fail(std::move(refused));
  if (!must_queue()) {
    TryResult tried = attempt(false);
    if (tried) return end_with(std::move(*tried));
  }
  detail::Poller* const poller = task().scheduler().loop().poller();
  if (!poller)
    return fail(Error(errors::misuse, "this runtime's loop waits only for timers, not for the "
                                      "host's streams; use run(body)"));
  queue_->join(*this, *poller);
}

Wait::Stop ReadyWait::stop() {
  queue_->leave(*this);
  return Stop::stopped;
}

void ReadyWait::give_up(Error error) {
  if (!pending()) return;
  queue_->leave(*this);
  fail(std::move(error));
}

ReadyWait::~ReadyWait() {
  if (pending()) queue_->leave(*this);
}

void ReadyWait::end_with(Result<std::size_t>&& result) {
  if (!result) return fail(std::move(result.error()));
  count_ = *result;
  complete();
}

} // namespace wasi
WASIO_END
