// Switching between a thousand tasks and between a million: the second misses the caches each
// time.
#include "measure.h"
#include <wasio/sleep.h>
#include <wasio/task_group.h>

namespace bench {
namespace {

// The smallest unit that can be measured is one turn of every task.
wasio::Task<> give_way(int count) {
  for (int i = 0; i < count; ++i) co_await wasio::checkpoint();
}

} // namespace

wasio::Task<double> nanoseconds_per_switch(int tasks, int rounds) {
  Clock::time_point start;
  Clock::time_point end;
  co_await wasio::task_group([&](wasio::TaskGroup& group) -> wasio::Task<> {
    for (int i = 0; i < tasks; ++i) group.spawn(give_way(rounds + 2));
    co_await wasio::checkpoint(); // after the first step of each
    start = Clock::now();
    for (int i = 0; i < rounds; ++i) co_await wasio::checkpoint();
    end = Clock::now();
  });
  co_return std::chrono::duration<double, std::nano>(end - start).count() / tasks / rounds;
}

} // namespace bench
