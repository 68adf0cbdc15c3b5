#include <wasio/capacity_limiter.h>

#include <algorithm>

WASIO_BEGIN

CapacityLimiter::CapacityLimiter(std::size_t total)
    : total_(total), pool_(static_cast<std::int64_t>(total)) {}

void CapacityLimiter::set_total(std::size_t total) {
  const auto before = static_cast<std::int64_t>(std::exchange(total_, total));
  pool_.add(static_cast<std::int64_t>(total) - before);
}

std::size_t CapacityLimiter::available() const {
  return static_cast<std::size_t>(std::max(pool_.free(), std::int64_t{0}));
}

WASIO_END
