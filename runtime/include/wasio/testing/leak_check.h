// What was left behind.
#pragma once

#include <wasio/place.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

WASIO_BEGIN

// Something that is still alive.
struct Leak {
  enum class Kind : std::uint8_t {
    frame,  // a coroutine that was begun and has not ended, or a Task that nobody awaited
    task,   // a task that runs
    handle, // a task that has ended, but a TaskHandle or Outcome keeps its result
  };

  Kind kind;
  Place place; // the coroutine, or where the task was spawned
};

// What is alive beyond a `LeakCheck`'s level.
struct LeakReport {
  // Frames, records of tasks and errors, values of context variables and the like. Counted in every
  // build.
  std::size_t blocks = 0;
  std::size_t timers = 0;
  // What the blocks are, in the order of their making: in builds with WASIO_DEBUG, else empty.
  std::vector<Leak> leaks;

  bool clean() const { return blocks == 0 && timers == 0; }
  // In words, one leak a line; empty if it is clean.
  std::string describe() const;
};

// Notes how much is alive, in all and in the running task's runtime, and says later what has come
// on top: `LeakCheck check; ...; check.report()`. Panics outside of a runtime's turn.
class LeakCheck {
 public:
  LeakCheck();
  // O(what is alive).
  LeakReport report() const;

 private:
  std::size_t blocks_;
  std::size_t timers_;
  [[maybe_unused]] std::uint64_t last_object_ = 0; // debug builds look at it
};

WASIO_END
