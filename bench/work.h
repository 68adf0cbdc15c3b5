// What the benches have their tasks do: next to nothing, and out of the optimizer's sight.
#pragma once

#include <wasio/task.h>

namespace bench {

// One more than `value`; defined in another object file, so that no call of it goes away.
int leaf(int value);

// A child that completes at once; in an object file of its own, too.
wasio::Task<int> child(int value);

} // namespace bench
