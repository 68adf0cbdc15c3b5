// What is measured, and against what.
#pragma once

#include <wasio/task.h>

namespace bench {

// One measure. Both functions do the operation `count` times; `bare` is null where the bare scale
// has no such thing.
struct Measure {
  const char* name;
  wasio::Task<> (*ours)(int count);
  void (*bare)(int count);
};

extern const Measure await_child;
extern const Measure switch_tasks;
extern const Measure spawn_join;
extern const Measure fail_2_frames;
extern const Measure scope;
extern const Measure timer_set_cancel;
extern const Measure channel_round_trip;

// Results go here, so that none is optimized away.
extern volatile int sink;

} // namespace bench
