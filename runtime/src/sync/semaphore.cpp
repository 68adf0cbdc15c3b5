#include <wasio/semaphore.h>

WASIO_BEGIN

Semaphore::Semaphore(std::size_t count, std::size_t maximum)
    : maximum_(maximum), pool_(static_cast<std::int64_t>(count)) {
  if (count > maximum || maximum > no_maximum)
    panic("Semaphore: the count is above the maximum, or the maximum above no_maximum");
}

void Semaphore::release(std::size_t count) {
  // Permits that are out count too: they will be returned, and must not exceed the maximum then.
  const auto present = static_cast<std::size_t>(pool_.free() + pool_.out());
  if (count > maximum_ - present) panic("Semaphore::release(): the count would exceed the maximum");
  pool_.add(static_cast<std::int64_t>(count));
}

WASIO_END
