// A counting semaphore.
#pragma once

#include <wasio/permit.h>

#include <cstddef>
#include <cstdint>
#include <limits>

WASIO_BEGIN

// A number of permits: `auto permit = co_await semaphore.acquire();` FIFO: a released permit is
// handed over directly to the first waiter. Must outlive its permits (otherwise it panics) and its
// waiters (otherwise they fail with `misuse`).
class Semaphore {
 public:
  static constexpr std::size_t no_maximum = std::numeric_limits<std::int32_t>::max();

  // Starts with `count` free permits; a `release` beyond `maximum` panics, as does a `count` above
  // it.
  explicit Semaphore(std::size_t count, std::size_t maximum = no_maximum);

  // Waits for a permit. Cancel point, and schedule point if it waits; a cancelled wait leaves the
  // queue. O(1), no allocation.
  detail::PermitWait acquire() { return detail::PermitWait(pool_); }
  // Returns a permit if one is free, otherwise an empty one. No checkpoint. O(1).
  Permit try_acquire() { return pool_.try_take(); }
  // Adds `count` free permits: for permits that were forgotten, or to signal. Waiters get them in
  // FIFO order. Panics above the maximum. Runs no task. O(woken).
  void release(std::size_t count = 1);

  std::size_t available() const { return static_cast<std::size_t>(pool_.free()); }
  std::size_t waiting() const { return pool_.waiting(); }

 private:
  std::size_t maximum_;
  detail::PermitPool pool_;
};

WASIO_END
