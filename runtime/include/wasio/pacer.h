// Lets other tasks run, and cancels take effect, in the middle of long computations.
#pragma once

#include <wasio/sleep.h>

#include <coroutine>
#include <cstdint>

WASIO_BEGIN

class Pacer;

namespace detail {
class [[nodiscard("pace() acts only when it is awaited")]] Pace {
 public:
  using wasio_awaitable = void;
  enum class Does : std::uint8_t { go_on, yield, fail };
  explicit Pace(Does does) : does_(does) {}

  bool await_ready() const noexcept { return does_ == Does::go_on; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> waiting) {
    leave(frame_of(waiting));
  }
  void await_resume() const noexcept {}

 private:
  void leave(Frame& frame) const;
  Does does_;
};
} // namespace detail

// Paces a loop that computes without waiting for anything:
//
//   Pacer pace(2ms);
//   for (const Row& row : rows) {
//     total += weigh(row);
//     co_await pace();
//   }
//
// Each `pace()` is a checkpoint if the budget is used up, and otherwise costs a few instructions.
// At a checkpoint, cancels and deadlines take effect, other tasks run, and the host gets its turn
// if it is due one.
class Pacer {
 public:
  // Checkpoints when `budget` has passed since the last one, and after 4096 calls at the latest,
  // which is what counts where the clock stands still. Zero checkpoints at each call, and a NaN
  // fails there with `misuse`. The clock is read at most once per call, and after up to 64 calls
  // while they take little of the budget.
  explicit Pacer(Duration budget) : budget_(budget) {}
  // Checkpoints at every `count`th call, so that the order of steps does not depend on the clock. 0
  // counts as 1.
  explicit Pacer(std::uint32_t count) : count_(count == 0 ? 1 : count), left_(count) {}

  // `co_await pace()`. Cancel and schedule point if the budget is used up. O(1).
  detail::Pace operator()() {
    if (left_ > 1) [[likely]] {
      --left_;
      return detail::Pace(detail::Pace::Does::go_on);
    }
    return detail::Pace(decide());
  }

 private:
  detail::Pace::Does decide();

  std::uint32_t count_ = 0; // 0: the budget is a time
  std::uint32_t left_ = 0;  // calls before the next decision
  // The rest is used if the budget is a time.
  std::uint32_t stride_ = 0; // the calls between the last two looks at the clock
  std::uint32_t calls_ = 0;  // since the last checkpoint
  Duration budget_;
  Instant last_look_;
  Instant ends_; // when the budget is used up
};

WASIO_END
