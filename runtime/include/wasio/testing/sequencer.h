// Forces the steps of several tasks into a fixed order.
#pragma once

#include <wasio/config.h>
#include <wasio/task.h>

#include <map>
#include <utility>

WASIO_BEGIN

// `auto turn = co_await sequencer(n);` waits until the turns 0 to n-1 are over. A turn is over when
// its object is destroyed. With this, a test selects one of many possible orders.
//
// Each number can be used once; a second use fails with `misuse`. If a task is cancelled while it
// waits for its turn, the sequence is broken, and all waiting and later turns fail with
// `broken_sequence`.
class Sequencer {
 public:
  class Turn;

  Sequencer() = default;
  Sequencer(const Sequencer&) = delete;
  Sequencer& operator=(const Sequencer&) = delete;

  // Cancel point, and schedule point if it waits. O(log waiting).
  Task<Turn> operator()(unsigned number);

 private:
  class Waiting;

  void turn_is_over();
  void break_off(unsigned number);

  unsigned next_ = 0;   // the current turn, or the next if none has begun
  bool taken_ = false;  // turn `next_` has begun
  bool broken_ = false; // a task was cancelled while it waited for its turn
  std::map<unsigned, Waiting*> waiting_;
};

// One turn, over when it is destroyed. Movable.
class [[nodiscard("a turn ends when its object is destroyed")]] Sequencer::Turn {
 public:
  Turn(Turn&& other) noexcept : sequencer_(std::exchange(other.sequencer_, nullptr)) {}
  Turn& operator=(Turn other) noexcept {
    std::swap(sequencer_, other.sequencer_);
    return *this;
  }
  ~Turn() {
    if (sequencer_) sequencer_->turn_is_over();
  }

 private:
  friend Sequencer;
  explicit Turn(Sequencer& sequencer) : sequencer_(&sequencer) {}

  Sequencer* sequencer_;
};

namespace errors {
inline constexpr ErrorKind broken_sequence{"broken_sequence", &failure};
}

WASIO_END
