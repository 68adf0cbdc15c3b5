// Spawning children and waiting for all of them, in batches; the figure is per child.
#include "bare.h"
#include "measure.h"
#include "work.h"
#include <wasio/task_group.h>

#include <algorithm>

namespace bench {
namespace {

constexpr int batch = 100;

[[gnu::noinline]] wasio::Task<> child(int& value) {
  value = leaf(value);
  co_return;
}

wasio::Task<> ours(int count) {
  int value = 0;
  for (int left = count; left > 0; left -= batch) {
    co_await wasio::task_group([&](wasio::TaskGroup& group) {
      for (int i = 0; i < std::min(left, batch); ++i) group.spawn(child(value));
    });
  }
  sink = value;
}

[[gnu::noinline]] BareSpawned bare_child(BareLatch&, int& value) {
  value = leaf(value);
  co_return;
}

BareTask<int> bare_loop(int count) {
  int value = 0;
  for (int left = count; left > 0; left -= batch) {
    const int now = std::min(left, batch);
    BareLatch latch(now);
    for (int i = 0; i < now; ++i) bare_child(latch, value);
    co_await latch;
  }
  co_return value;
}

void bare(int count) {
  auto loop = bare_loop(count);
  loop.start();
  bare_queue.run();
  sink = loop.await_resume();
}

} // namespace

const Measure spawn_join{"spawn_join", ours, bare};

} // namespace bench
