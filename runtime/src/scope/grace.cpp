#include <wasio/detail/grace.h>
#include <wasio/detail/scheduler.h>

WASIO_BEGIN
namespace detail {

void Grace::due() {
  ScopeNode& cancelled = node;
  cancelled.end_grace();
  cancelled.drop_shields_below();
}

namespace {

Grace& grace_of(const ScopeNode& node, const List<Grace>& graces) {
  Grace* grace = graces.first();
  while (&grace->node != &node) grace = List<Grace>::after(*grace);
  return *grace;
}

} // namespace

void ScopeNode::begin_grace(Duration span) {
  Scheduler& scheduler = task_of(*this)->scheduler();
  const Instant start = scheduler.loop().now();
  const Instant end = start + span;
  if (has_grace && end >= grace_of(*this, scheduler.graces()).end) return;
  end_grace();
  // Without memory for the timer the grace is over now, so that nothing hangs for lack of it.
  auto* const grace = end <= start ? nullptr : new Grace(*this, end);
  if (!grace) return drop_shields_below();
  has_grace = true;
  scheduler.graces().add(*grace);
  if (!scheduler.timers().set(*grace, end, TimerRank::deadline)) grace->due();
}

void ScopeNode::drop_grace() {
  has_grace = false;
  Scheduler& scheduler = task_of(*this)->scheduler();
  Grace& grace = grace_of(*this, scheduler.graces());
  scheduler.timers().cancel(grace);
  scheduler.graces().remove(grace);
  delete &grace;
}

} // namespace detail
WASIO_END
