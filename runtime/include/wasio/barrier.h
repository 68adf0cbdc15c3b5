// All together.
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

// Where tasks wait until `parties` of them are there; then all of them go on, and the next round
// begins. A party that is cancelled while it waits has not come: the others wait for another one.
// It must outlive those who wait, who else fail with `misuse`.
class Barrier {
 public:
  // Panics if `parties` is 0.
  explicit Barrier(std::size_t parties);

  // Waits for the others; gives the place in the order of this round, from 0 for the first who came
  // to `parties - 1` for the last, who does not wait. Cancel point, and schedule point if it waits.
  // O(1), the last one O(parties); no allocation.
  detail::BarrierWait wait() { return detail::BarrierWait(*this); }

  std::size_t parties() const { return parties_; }
  // How many of this round are there.
  std::size_t waiting() const { return waiting_.size(); }

 private:
  friend detail::BarrierWait;
  std::size_t parties_;
  detail::WaitLine waiting_;
};

WASIO_END
