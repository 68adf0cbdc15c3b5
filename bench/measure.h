// What is measured, and against what.
#pragma once

#include <wasio/task.h>

#include <chrono>

namespace bench {

using Clock = std::chrono::steady_clock;

// One measure. Both functions do the operation `count` times; `bare` is null where the bare scale
// has no such thing. `around`, if there is one, runs all samples in surroundings of its own.
struct Measure {
  const char* name;
  wasio::Task<> (*ours)(int count);
  void (*bare)(int count);
  wasio::Task<> (*around)(wasio::Task<> samples) = nullptr;
};

extern const Measure await_child;
extern const Measure switch_tasks;
extern const Measure switch_watched;
extern const Measure spawn_join;
extern const Measure fail_2_frames;
extern const Measure succeed_2_frames;
extern const Measure scope;
extern const Measure clock_read;
extern const Measure context_read;
extern const Measure context_copy;
extern const Measure context_set;
extern const Measure timer_set_cancel;
extern const Measure timer_of_many;
extern const Measure channel_round_trip;
extern const Measure generator_next;
extern const Measure mutex_lock;
extern const Measure buffered_lines;

// How long one switch takes when so many tasks take turns.
wasio::Task<double> nanoseconds_per_switch(int tasks, int rounds);

// What a task that sleeps takes in all, and how much more with one await between.
struct Memory {
  double sleeping_task = 0;
  double deeper_call = 0;
};
wasio::Task<Memory> memory();

// Results go here, so that none is optimized away.
extern volatile int sink;

} // namespace bench
