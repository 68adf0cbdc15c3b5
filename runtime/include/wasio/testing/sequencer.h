// Steps of several tasks in a fixed order.
#pragma once

#include <wasio/config.h>
#include <wasio/task.h>

#include <map>
#include <utility>

WASIO_BEGIN

// `auto turn = co_await sequencer(n);` waits until the turns 0 to n-1 are over, each of which is
// over when its object is destroyed. So tests force one order of what could happen in many.
//
// A number is used once: a second time fails with `misuse`. When a task is ended while it waits for
// its turn, the sequence is broken, and all that come later fail with `broken_sequence`.
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

  unsigned next_ = 0;   // whose turn it is, or will be
  bool taken_ = false;  // it has begun
  bool broken_ = false; // the one whose turn it would be will not come
  std::map<unsigned, Waiting*> waiting_;
};

// The turn of one number, until it is destroyed. Moves.
class [[nodiscard("a turn is over when its object is destroyed")]] Sequencer::Turn {
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
