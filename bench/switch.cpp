// Two tasks that take turns through the ready queue; the figure is per turn. And the same while an
// instrument is notified of each step: without one, the hooks cost a branch in `switch`.
#include "bare.h"
#include "measure.h"
#include <wasio/runtime.h>
#include <wasio/sleep.h>
#include <wasio/task_group.h>
#include <wasio/trace/instrument.h>

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

class Deaf final : public wasio::Instrument {
  wasio::Result<> on_event(const wasio::TraceEvent&) override { return {}; }
};

wasio::Task<> watched(wasio::Task<> samples) {
  Deaf instrument;
  wasio::Runtime::current().add_instrument(instrument);
  co_await std::move(samples);
}

} // namespace

const Measure switch_tasks{"switch", ours, bare};
const Measure switch_watched{"switch_watched", ours, bare, watched};

} // namespace bench
