// What the benches have their tasks do: next to nothing, and out of the optimizer's sight.
#pragma once

namespace bench {

// One more than `value`; defined in another object file, so that no call of it goes away.
int leaf(int value);

} // namespace bench
