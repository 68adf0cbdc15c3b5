// Two tasks that take turns through the ready queue; counted is every turn.
#include "bare.h"
#include "measure.h"
#include <wasio/sleep.h>
#include <wasio/task_group.h>

namespace bench {
namespace {

wasio::Task<> give_way(int count) {
  for (int i = 0; i < count; ++i) co_await wasio::checkpoint();
}

wasio::Task<> ours(int count) {
  co_await wasio::task_group([&](wasio::TaskGroup& group) {
    group.spawn(give_way(count / 2));
    group.spawn(give_way(count / 2));
  });
}

BareSpawned bare_give_way(BareLatch&, int count) {
  for (int i = 0; i < count; ++i) co_await BareYield();
}

void bare(int count) {
  BareLatch latch(2);
  bare_give_way(latch, count / 2);
  bare_give_way(latch, count / 2);
  bare_queue.run();
}

} // namespace

const Measure switch_tasks{"switch", ours, bare};

} // namespace bench
