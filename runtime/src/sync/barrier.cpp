#include <wasio/barrier.h>

WASIO_BEGIN

Barrier::Barrier(std::size_t parties) : parties_(parties) {
  if (parties == 0) panic("Barrier: parties is 0; it must be at least 1");
}

void detail::BarrierWait::start() {
  WaitLine& line = barrier_->waiting_;
  const std::size_t parties = barrier_->parties_;
  // A task that waits here in two branches has arrived once.
  if (line.size() + 1 < parties || line.count_takeable() + 1 < parties) return line.add(*this);
  std::size_t place = 0;
  while (auto* const wait = line.take_first()) static_cast<BarrierWait*>(wait)->pass(place++);
  pass(place);
}

WASIO_END
