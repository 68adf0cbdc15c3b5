#include <wasio/detail/grace.h>
#include <wasio/detail/task_record.h>
#include <wasio/runtime.h>

WASIO_BEGIN
namespace detail {

void Grace::due() {
  ScopeNode& cancelled = node;
  task_of(cancelled)->home->end_grace(cancelled);
  cancelled.drop_shields_below();
}

} // namespace detail

detail::Grace& Runtime::grace_of(const detail::ScopeNode& node) {
  detail::Grace* grace = graces_.first();
  while (&grace->node != &node) grace = detail::List<detail::Grace>::after(*grace);
  return *grace;
}

void Runtime::begin_grace(detail::ScopeNode& node, Duration span) {
  const Instant start = now();
  const Instant end = start + span;
  if (node.has_grace && end >= grace_of(node).end) return;
  end_grace(node);
  // Without memory for the timer it is over now: nothing hangs for want of it.
  auto* const grace = end <= start ? nullptr : new detail::Grace(node, end);
  if (!grace) return node.drop_shields_below();
  node.has_grace = true;
  graces_.add(*grace);
  set_timer(*grace, end, detail::TimerRank::deadline);
}

void Runtime::end_grace(detail::ScopeNode& node) {
  if (!node.has_grace) return;
  node.has_grace = false;
  detail::Grace& grace = grace_of(node);
  cancel_timer(grace);
  graces_.remove(grace);
  delete &grace;
}

WASIO_END
