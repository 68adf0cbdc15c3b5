// The work of the tasks in the benchmarks: next to nothing, and opaque to the optimizer.
#pragma once

#include <wasio/task.h>

namespace bench {

// Returns `value` + 1. Defined in another object file, so that no call is optimized away.
int leaf(int value);

// A child that completes immediately; also in an object file of its own.
wasio::Task<int> child(int value);

} // namespace bench
