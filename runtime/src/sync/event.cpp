#include <wasio/event.h>

WASIO_BEGIN

void Event::set() {
  set_ = true;
  while (auto* const wait = line_.take_first()) static_cast<detail::EventWait*>(wait)->complete();
}

void detail::EventWait::start() {
  if (event_->set_) return complete();
  event_->line_.add(*this);
}

WASIO_END
