// What the bytes stand for: the table of operations, those without a block inside, and `block`.
#include "actions.h"

#include <array>

namespace fuzz {
namespace {

constexpr int deepest = 7;

template <class T>
T& pick(World& world, std::vector<T>& from) {
  return from[world.below(static_cast<unsigned>(from.size()))];
}

// A wait of some kind.
Task<> wait_somehow(Actor& actor, const Model&, TaskGroup*, int) {
  World& world = actor.world;
  switch (world.below(9)) {
  case 7:
    co_await move_on_after(world.span(), world.barrier.wait());
    break;
  case 0:
    co_await checkpoint();
    break;
  case 1:
  case 2:
    co_await sleep(world.span());
    break;
  case 3:
    co_await HandWait(world, static_cast<Wait::Stop>(world.below(3)));
    break;
  case 4:
    co_await move_on_after(world.span(), world.pipe.receiver.receive());
    break;
  case 5:
    co_await move_on_after(world.span(), world.pipe.sender.send(std::make_unique<int>(1)));
    break;
  case 6:
    if (!world.handles.empty()) {
      auto handle = pick(world, world.handles).first;
      co_await attempt(handle);
    }
    break;
  default:
    co_await wait_all_tasks_blocked();
  }
}

Task<> try_checkpoint(Actor&, const Model& around, TaskGroup*, int) {
  const bool dead = around.reached();
  co_await checkpoint();
  must(!dead, "a checkpoint completed in a cancelled scope");
}

Task<> try_sleep(Actor& actor, const Model& around, TaskGroup*, int) {
  const bool dead = around.reached();
  co_await sleep(actor.world.span());
  must(!dead, "a sleep completed in a cancelled scope");
}

// Changes a scope: one of any task.
Task<> meddle(Actor& actor, const Model&, TaskGroup*, int) {
  World& world = actor.world;
  if (world.scopes.empty()) co_return;
  CancelScope& scope = *pick(world, world.scopes);
  switch (world.below(5)) {
  case 0:
    scope.cancel();
    break;
  case 1:
    world.shields_fall = true;
    scope.cancel({.grace = world.span()});
    break;
  case 2:
    scope.set_timeout(world.span());
    break;
  case 3:
    world.shields_rise = world.shields_rise || !scope.shielded();
    scope.set_shield(!scope.shielded());
    break;
  default:
    scope.set_deadline(Instant::never());
  }
}

Task<> bring_about(Actor& actor, const Model&, TaskGroup*, int) {
  World& world = actor.world;
  if (world.waits.empty()) co_return;
  HandWait* const wait = pick(world, world.waits);
  wait->bring_about(world.below(4));
}

Task<> cancel_task(Actor& actor, const Model&, TaskGroup*, int) {
  World& world = actor.world;
  if (world.handles.empty()) co_return;
  auto& [handle, target] = pick(world, world.handles);
  const bool running = !handle.done();
  if (handle.cancel()) {
    must(running, "a task that had ended was cancelled");
    target->root.cancelled = true;
  }
}

Task<> drop_handle(Actor& actor, const Model&, TaskGroup*, int) {
  World& world = actor.world;
  if (!world.handles.empty()) world.handles.erase(world.handles.begin());
  co_return;
}

Task<> fail_sometimes(Actor& actor, const Model&, TaskGroup*, int) {
  if (actor.world.below(3) == 0) co_await fail(planned, "as the bytes say");
}

Task<> cancel_group(Actor&, const Model&, TaskGroup* group, int) {
  if (group) group->cancel();
  co_return;
}

// A byte modulo 32 chooses among these; repetition is weight. The corpus depends on the order.
constexpr std::array<Operation*, 32> operations{
    wait_somehow, in_select,    wait_somehow,   try_checkpoint, try_sleep,  meddle,   bring_about,
    cancel_task,  drop_handle,  fail_sometimes, in_attempt,     in_attempt, in_scope, in_scope,
    in_shield,    in_deadline,  in_guard,       in_guard,       in_group,   in_group, in_gather,
    cancel_group, in_start,     in_branches,    in_branches,    with_level, in_lock,  in_permit,
    in_generator, in_generator, in_stream,      in_background};
// Those from here on are skipped at the greatest depth.
constexpr unsigned first_nested = 10;

Task<> one_operation(Actor& actor, const Model& around, TaskGroup* group, int depth) {
  const unsigned what = actor.world.below(unsigned{operations.size()});
  actor.world.note(what);
  if (depth >= deepest && what >= first_nested) co_return;
  co_await operations[what](actor, around, group, depth + 1);
}

} // namespace

Task<> block(Actor& actor, const Model& around, TaskGroup* group, int depth) {
  World& world = actor.world;
  const Probe first(actor, ++world.numbers);
  for (unsigned count = 1 + world.below(5); count > 0 && !world.over(); --count) {
    const Probe each(actor, ++world.numbers);
    ++world.operations;
    co_await one_operation(actor, around, group, depth);
  }
}

} // namespace fuzz
