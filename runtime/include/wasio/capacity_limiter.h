// A semaphore whose limit can change.
#pragma once

#include <wasio/permit.h>

#include <cstddef>

WASIO_BEGIN

// Like a semaphore, but defined by its limit rather than by the number of free permits, and the
// limit can change while permits are out: `auto permit = co_await limiter.acquire();` FIFO: a
// released permit is handed over directly to the first waiter. Must outlive its permits (otherwise
// it panics) and its waiters (otherwise they fail with `misuse`). A task may hold several permits.
class CapacityLimiter {
 public:
  explicit CapacityLimiter(std::size_t total);

  // Waits for a permit. Cancel point, and schedule point if it waits; a cancelled wait leaves the
  // queue. O(1), no allocation.
  detail::PermitWait acquire() { return detail::PermitWait(pool_); }
  // Returns a permit if one is free, otherwise an empty one. No checkpoint. O(1).
  Permit try_acquire() { return pool_.try_take(); }

  // Changes the limit. A larger one wakes the first waiters. Under a smaller one the permits that
  // are out stay valid, and no task gets a permit until few enough are out. O(woken).
  void set_total(std::size_t total);
  std::size_t total() const { return total_; }
  std::size_t borrowed() const { return static_cast<std::size_t>(pool_.out()); }
  // The number of free permits; 0 also while more are out than the limit.
  std::size_t available() const;
  std::size_t waiting() const { return pool_.waiting(); }

 private:
  std::size_t total_;
  detail::PermitPool pool_;
};

WASIO_END
