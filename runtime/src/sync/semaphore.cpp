#include <wasio/semaphore.h>

WASIO_BEGIN

Semaphore::Semaphore(std::size_t count, std::size_t maximum)
    : maximum_(maximum), pool_(static_cast<std::int64_t>(count)) {
  if (count > maximum || maximum > no_maximum)
    panic("a semaphore's count must not be above its maximum");
}

void Semaphore::release(std::size_t count) {
  // Those that are out come back by themselves, and must find room.
  const auto present = static_cast<std::size_t>(pool_.free() + pool_.out());
  if (count > maximum_ - present) panic("released more permits than the semaphore's maximum");
  pool_.add(static_cast<std::int64_t>(count));
}

WASIO_END
