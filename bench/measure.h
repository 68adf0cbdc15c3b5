// What is measured, and what it is compared with.
#pragma once

#include <wasio/io/stream.h>

#include <chrono>
#include <memory>

namespace bench {

using Clock = std::chrono::steady_clock;

// One measure. Both functions perform the operation `count` times; `bare` is null if there is no
// bare version. `around`, if not null, runs all samples in an environment of its own.
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
extern const Measure receive_ready;

// How long one switch takes if that many tasks take turns.
wasio::Task<double> nanoseconds_per_switch(int tasks, int rounds);

// How long it takes to receive an item from one of two channels.
struct Selects {
  double by_select = 0;
  double by_race = 0;
};
wasio::Task<Selects> nanoseconds_per_select(int count);

// The bytes of a sleeping task in all, of one more call between the task and its sleep, and of an
// open stream with the least driver.
struct Memory {
  double sleeping_task = 0;
  double deeper_call = 0;
  double open_stream = 0;
};
wasio::Task<Memory> memory();

// A stream that always has bytes.
std::unique_ptr<wasio::ReceiveStream> endless_stream();

// Results are written here, so that no work is optimized away.
extern volatile int sink;

} // namespace bench
