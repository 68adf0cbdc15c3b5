// So many at a time.
#pragma once

#include <wasio/permit.h>

#include <cstddef>
#include <cstdint>
#include <limits>

WASIO_BEGIN

// A count of permits: `auto permit = co_await semaphore.acquire();` First come, first served,
// handed over directly. It must outlive its permits, else it panics, and those who wait, who else
// fail with `misuse`.
class Semaphore {
 public:
  static constexpr std::size_t no_maximum = std::numeric_limits<std::int32_t>::max();

  // At first `count` permits are free; `release` beyond `maximum` panics.
  explicit Semaphore(std::size_t count, std::size_t maximum = no_maximum);

  // Waits for a permit. Cancel point, and schedule point if it waits; a cancelled wait leaves the
  // line. O(1), no allocation.
  detail::PermitWait acquire() { return detail::PermitWait(pool_); }
  // A permit if one is free, else an empty one. No checkpoint. O(1).
  Permit try_acquire() { return pool_.try_take(); }
  // `count` more are free: for permits that were forgotten, or to signal. The first in line get
  // them. Panics above the maximum. Runs nothing. O(woken).
  void release(std::size_t count = 1);

  std::size_t available() const { return static_cast<std::size_t>(pool_.free()); }
  std::size_t waiting() const { return pool_.waiting(); }

 private:
  std::size_t maximum_;
  detail::PermitPool pool_;
};

WASIO_END
