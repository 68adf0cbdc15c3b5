#include "line.h"

#include "poll_loop.h"

WASIO_BEGIN
namespace wasi {

bool Line::proceed() {
  ReadyWait& wait = *waits_.first();
  Tried tried = wait.attempt(true);
  if (!tried) return false;
  leave(wait);
  wait.end_with(std::move(*tried));
  return true;
}

// Invariant: a line is in the loop's list while operations stand in it.
void Line::join(ReadyWait& wait) {
  if (empty()) PollLoop::instance().add(*this);
  waits_.add(wait);
}

void Line::leave(ReadyWait& wait) {
  waits_.remove(wait);
  if (empty()) PollLoop::instance().remove(*this);
}

void ReadyWait::start() {
  if (Error refused = refusal()) return fail(std::move(refused));
  Tried tried;
  if (line_->empty()) tried = attempt(false);
  if (tried) {
    end_with(std::move(*tried));
  } else {
    line_->join(*this);
  }
}

Wait::Stop ReadyWait::stop() {
  line_->leave(*this);
  return Stop::stopped;
}

void ReadyWait::give_up(Error error) {
  if (!pending()) return;
  line_->leave(*this);
  fail(std::move(error));
}

ReadyWait::~ReadyWait() {
  if (pending()) line_->leave(*this);
}

void ReadyWait::end_with(Result<std::size_t>&& result) {
  if (!result) return fail(std::move(result.error()));
  count_ = *result;
  complete();
}

} // namespace wasi
WASIO_END
