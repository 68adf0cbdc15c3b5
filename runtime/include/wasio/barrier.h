// A reusable barrier.
#pragma once

#include <wasio/detail/wait_line.h>

#include <cstddef>

WASIO_BEGIN

class Barrier;

namespace detail {
class [[nodiscard("a wait begins only when it is awaited")]] BarrierWait final : public LineWait {
 public:
  explicit BarrierWait(Barrier& barrier) : barrier_(&barrier) {}
  std::size_t await_resume() const noexcept { return index_; }

 private:
  friend Barrier;
  std::string_view what() const override { return "barrier"; }
  void start() override;
  void pass(std::size_t index) {
    index_ = index;
    complete();
  }

  Barrier* barrier_;
  std::size_t index_ = 0;
};
} // namespace detail

// Tasks wait here until `parties` of them have arrived; then all continue, and the next round
// begins. A task cancelled while it waits does not count as arrived: the others wait for another
// one. Must outlive its waiters (otherwise they fail with `misuse`).
class Barrier {
 public:
  // Panics if `parties` is 0.
  explicit Barrier(std::size_t parties);

  // Waits for the others and returns the task's position in this round, from 0 for the first to
  // arrive to `parties - 1` for the last, which does not wait. Cancel point, and schedule point if
  // it waits. O(1), the last one O(parties); no allocation.
  detail::BarrierWait wait() { return detail::BarrierWait(*this); }

  std::size_t parties() const { return parties_; }
  // The number of tasks that have arrived in this round.
  std::size_t waiting() const { return waiting_.size(); }

 private:
  friend detail::BarrierWait;
  std::size_t parties_;
  detail::WaitLine waiting_;
};

WASIO_END
