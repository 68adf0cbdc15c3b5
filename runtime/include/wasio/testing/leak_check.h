// Reports leaks: frames, tasks and timers left behind.
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
    frame,  // a coroutine that has started and not ended, or a Task that was never awaited
    task,   // a task that has not ended
    handle, // an ended task whose result a TaskHandle or Outcome still holds
  };

  Kind kind;
  Place place; // the coroutine, or where the task was spawned
};

// What is alive now beyond what was alive when the `LeakCheck` was made.
struct LeakReport {
  // Frames, task and error records, values of context variables and the like. Counted in every
  // build.
  std::size_t blocks = 0;
  std::size_t timers = 0;
  // The frames and tasks among the blocks, in order of creation; empty in builds without
  // WASIO_DEBUG.
  std::vector<Leak> leaks;

  bool clean() const { return blocks == 0 && timers == 0; }
  // In words, one leak a line; empty if it is clean.
  std::string describe() const;
};

// Records how much is alive (blocks in the process, timers in the current runtime), and reports
// later what was added: `LeakCheck check; ...; check.report()`. Panics outside of a runtime's turn.
class LeakCheck {
 public:
  LeakCheck();
  // O(live objects and free blocks).
  LeakReport report() const;

 private:
  std::size_t blocks_;
  std::size_t timers_;
  [[maybe_unused]] std::uint64_t last_object_ = 0; // used by debug builds
};

WASIO_END
