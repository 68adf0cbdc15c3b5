// The permits of semaphores and capacity limiters.
#pragma once

#include <wasio/detail/wait_line.h>

#include <cstdint>

WASIO_BEGIN

namespace detail {
class PermitPool;
class PermitWait;
} // namespace detail

// One of a limited number of permits, held until `release` or the destructor. It may move to other
// tasks.
class [[nodiscard("a discarded permit is released immediately")]] Permit {
 public:
  Permit() = default;
  Permit(Permit&& other) noexcept : pool_(std::exchange(other.pool_, nullptr)) {}
  Permit& operator=(Permit&& other) noexcept;
  ~Permit() {
    if (pool_) release();
  }

  // Whether it holds a permit: false once released, forgotten or moved from.
  explicit operator bool() const { return pool_ != nullptr; }
  // Returns it to its pool, or hands it over to the first waiter. Panics if empty. Runs no task.
  // O(1).
  void release();
  // Empties this without returning the permit; the caller arranges for a later
  // `Semaphore::release`. Panics if empty. O(1).
  void forget();

 private:
  friend detail::PermitPool;
  explicit Permit(detail::PermitPool& pool) : pool_(&pool) {}
  detail::PermitPool* pool_ = nullptr;
};

namespace detail {

// Hands out permits in FIFO order. When it is destroyed, all permits must be back (otherwise it
// panics) and there should be no waiters (they fail with `misuse`).
//
// Invariant: `line_` is empty unless `free_ <= 0`.
class PermitPool {
 public:
  explicit PermitPool(std::int64_t free) : free_(free) {}
  PermitPool(const PermitPool&) = delete;
  PermitPool& operator=(const PermitPool&) = delete;
  ~PermitPool();

  Permit try_take();
  // Changes the number of free permits by `count`, which may be negative.
  void add(std::int64_t count);
  std::int64_t free() const { return free_; }
  std::int64_t out() const { return out_; }
  std::size_t waiting() const { return line_.size(); }

 private:
  friend Permit;
  friend PermitWait;
  Permit take();
  void give_back();

  std::int64_t free_; // negative while a limiter's total is smaller than the permits out
  std::int64_t out_ = 0;
  WaitLine line_;
};

class [[nodiscard("an acquire begins only when it is awaited")]] PermitWait final
    : public LineWait {
 public:
  explicit PermitWait(PermitPool& pool) : pool_(&pool) {}
  PermitWait(const PermitWait& other) : LineWait(other), pool_(other.pool_) {}
  Permit await_resume() noexcept { return std::move(permit_); }

 private:
  friend PermitPool;
  std::string_view what() const override { return "permit"; }
  void start() override;
  void grant(Permit permit) {
    permit_ = std::move(permit);
    complete();
  }

  PermitPool* pool_;
  Permit permit_; // holds the permit between the grant and the task's next step
};

} // namespace detail
WASIO_END
