// The memory of sleeping tasks and of streams, all included: records, frames, timers, and the
// overhead of malloc.
#include "measure.h"
#include <wasio/memory.h>
#include <wasio/sleep.h>
#include <wasio/task_group.h>

#include <cstdint>
#include <unistd.h>
#include <vector>

namespace bench {
namespace {

using namespace std::chrono_literals;

// The heap of timers grows by doubling: it is full after each of these batches.
constexpr int first_batch = 1 << 17;
constexpr int shallow_batch = first_batch;
constexpr int deep_batch = first_batch + shallow_batch;

wasio::Task<> nap(wasio::Duration span) {
  co_await wasio::sleep(span);
}

wasio::Task<> nap_below(wasio::Duration span) {
  co_await nap(span);
}

std::uintptr_t end_of_heap() {
  return reinterpret_cast<std::uintptr_t>(sbrk(0));
}

// Spawns `count` tasks and lets them fall asleep; returns by how much the heap has grown for each.
template <class Nap>
wasio::Task<double> growth(wasio::TaskGroup& group, Nap nap, int count) {
  const std::uintptr_t before = end_of_heap();
  for (int i = 0; i < count; ++i) group.spawn(nap(1h));
  co_await wasio::checkpoint();
  co_await wasio::checkpoint();
  co_return static_cast<double>(end_of_heap() - before) / count;
}

double growth_of_streams() {
  constexpr std::size_t count = 1 << 16;
  std::vector<std::unique_ptr<wasio::ReceiveStream>> streams(2 * count);
  const auto open = [&](std::size_t first) {
    for (std::size_t i = first; i < first + count; ++i) streams[i] = endless_stream();
  };
  open(0); // these use up what was free before
  const std::uintptr_t before = end_of_heap();
  open(count);
  return static_cast<double>(end_of_heap() - before) / count;
}

} // namespace

wasio::Task<Memory> memory() {
  Memory bytes;
  co_await wasio::task_group([&](wasio::TaskGroup& group) -> wasio::Task<> {
    // These use up what was free before.
    co_await growth(group, nap, first_batch);
    bytes.sleeping_task = co_await growth(group, nap, shallow_batch);
    bytes.deeper_call = co_await growth(group, nap_below, deep_batch) - bytes.sleeping_task;
    bytes.open_stream = growth_of_streams();
    group.cancel();
  });
  co_return bytes;
}

} // namespace bench
