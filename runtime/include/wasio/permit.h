// What a semaphore and a capacity limiter hand out.
#pragma once

#include <wasio/detail/wait_line.h>

#include <cstdint>

WASIO_BEGIN

namespace detail {
class PermitPool;
class PermitWait;
} // namespace detail

// The right to be one of so many, until `release` or the destructor. It may move to other tasks.
class [[nodiscard("a permit that is not kept is given back at once")]] Permit {
 public:
  Permit() = default;
  Permit(Permit&& other) noexcept : pool_(std::exchange(other.pool_, nullptr)) {}
  Permit& operator=(Permit&& other) noexcept;
  ~Permit() {
    if (pool_) release();
  }

  // Whether it holds anything: false once released, forgotten or moved from.
  explicit operator bool() const { return pool_ != nullptr; }
  // Gives it back: the first in line has it from now on. Panics on an empty one. Runs nothing.
  // O(1).
  void release();
  // Lets go without giving it back: somebody else will, with `Semaphore::release`.
  void forget();

 private:
  friend detail::PermitPool;
  explicit Permit(detail::PermitPool& pool) : pool_(&pool) {}
  detail::PermitPool* pool_ = nullptr;
};

namespace detail {

// Permits that are handed out in the order in which they are asked for. They must be back, and
// nobody must wait, when it is destroyed.
//
// Invariant: somebody is in line only while `free_ <= 0`.
class PermitPool {
 public:
  explicit PermitPool(std::int64_t free) : free_(free) {}
  PermitPool(const PermitPool&) = delete;
  PermitPool& operator=(const PermitPool&) = delete;
  ~PermitPool();

  Permit try_take();
  // So many more, or fewer, are free.
  void add(std::int64_t count);
  std::int64_t free() const { return free_; }
  std::int64_t out() const { return out_; }
  std::size_t waiting() const { return line_.size(); }

 private:
  friend Permit;
  friend PermitWait;
  Permit take();
  void give_back();

  std::int64_t free_; // below zero after a limiter was made smaller than what is out
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
  Permit permit_; // between the grant and the task's next step
};

} // namespace detail
WASIO_END
