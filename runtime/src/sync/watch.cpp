#include <wasio/watch.h>

WASIO_BEGIN
namespace detail {

void WatchState::was_set() {
  ++version_;
  while (auto* const wait = line_.take_first()) static_cast<WatchWait*>(wait)->complete();
}

void WatchWait::start() {
  if (state_->version_ != seen_) return complete();
  state_->line_.add(*this);
}

} // namespace detail
WASIO_END
