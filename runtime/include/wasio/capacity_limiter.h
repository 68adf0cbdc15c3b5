// So many at a time, and how many can change.
#pragma once

#include <wasio/permit.h>

#include <cstddef>

WASIO_BEGIN

// Like a semaphore, but what is set is the limit, not what is free, and it may be set anew while
// permits are out: `auto permit = co_await limiter.acquire();` First come, first served, handed
// over directly. It must outlive its permits, else it panics, and those who wait, who else fail
// with `misuse`. A task may hold several permits.
class CapacityLimiter {
 public:
  explicit CapacityLimiter(std::size_t total);

  // Waits for a permit. Cancel point, and schedule point if it waits; a cancelled wait leaves the
  // line. O(1), no allocation.
  detail::PermitWait acquire() { return detail::PermitWait(pool_); }
  // A permit if one is free, else an empty one. No checkpoint. O(1).
  Permit try_acquire() { return pool_.try_take(); }

  // The limit from now on. A larger one lets the first in line go on; under a smaller one what is
  // out stays out, and nobody gets a permit until few enough are. O(woken).
  void set_total(std::size_t total);
  std::size_t total() const { return total_; }
  std::size_t borrowed() const { return static_cast<std::size_t>(pool_.out()); }
  // How many could be had now; 0 also while more are out than the limit.
  std::size_t available() const;
  std::size_t waiting() const { return pool_.waiting(); }

 private:
  std::size_t total_;
  detail::PermitPool pool_;
};

WASIO_END
