// Scopes, groups and other combinators around random blocks.
#include "actions.h"

namespace fuzz {

Task<> act(std::shared_ptr<Actor> actor, const Model* outer, TaskGroup* group, int depth) {
  must(!actor->begun, "a task began twice");
  actor->begun = true;
  ++actor->world.tasks_alive;
  struct End {
    Actor& actor;
    ~End() {
      must(!actor.ended, "a task ended twice");
      must(actor.alive.empty(), "a task's frames were destroyed before what they had made");
      actor.ended = true;
      --actor.world.tasks_alive;
      if (actor.siblings) --*actor.siblings;
    }
  } const end{*actor};
  actor->root.outer = outer;
  co_await block(*actor, actor->root, group, depth);
}

std::shared_ptr<Actor> new_actor(World& world, int* siblings) {
  auto actor = std::make_shared<Actor>(world);
  actor->siblings = siblings;
  if (siblings) ++*siblings;
  return actor;
}

Task<> in_attempt(Actor& actor, const Model& around, TaskGroup* group, int depth) {
  co_await attempt(block(actor, around, group, depth));
}

Task<> in_scope(Actor& actor, const Model& around, TaskGroup* group, int depth) {
  World& world = actor.world;
  KnownScope known(world);
  if (const unsigned how = world.below(6); how == 0) {
    known.scope.cancel();
  } else if (how == 1) {
    known.scope.set_timeout(world.span());
  } else if (how == 2) {
    known.scope.set_shield(true);
  }
  Model inside;
  inside.outer = &around;
  inside.scope = &known.scope;
  const bool whole = co_await known.scope.run(block(actor, inside, group, depth));
  must(whole != known.scope.cancelled_caught(), "a scope without a value has not caught");
  must(whole || known.scope.cancel_called(), "a scope has caught, but was not cancelled");
}

Task<> in_shield(Actor& actor, const Model& around, TaskGroup*, int depth) {
  World& world = actor.world;
  Model inside;
  inside.outer = &around;
  inside.shield = true;
  if (world.below(2)) {
    co_await shield(block(actor, inside, nullptr, depth));
  } else {
    co_await shield_for(world.span(), block(actor, inside, nullptr, depth));
  }
}

Task<> in_deadline(Actor& actor, const Model& around, TaskGroup*, int depth) {
  co_await attempt(fail_after(actor.world.span(), block(actor, around, nullptr, depth)));
}

Task<> in_guard(Actor& actor, const Model& around, TaskGroup* group, int depth) {
  World& world = actor.world;
  int cleanups = 0;
  bool shielded = false; // the cleanup passed its first checkpoint
  const bool bounded = world.below(3) == 0;
  struct Check {
    const World& world;
    const int& cleanups;
    const bool& shielded;
    bool bounded;
    ~Check() {
      must(cleanups <= 1, "a cleanup ran twice");
      must(cleanups == 0 || shielded || bounded || world.shields_fall, "a cleanup was cancelled");
    }
  } const check{world, cleanups, shielded, bounded};
  const Duration within = bounded ? world.span() : Duration::forever();
  co_await guard(block(actor, around, group, depth),
                 [&]() -> Task<> {
                   ++cleanups;
                   co_await checkpoint();
                   shielded = true;
                   Model inside;
                   inside.outer = &around;
                   inside.shield = true;
                   co_await block(actor, inside, nullptr, depth);
                 },
                 {.within = within});
  must(cleanups == 1, "a cleanup did not run");
}

Task<> in_group(Actor& actor, const Model& around, TaskGroup*, int depth) {
  World& world = actor.world;
  int running = 0;
  co_await attempt(task_group([&](TaskGroup& group) -> Task<> {
    Model inside;
    inside.outer = &around;
    inside.group = &group;
    for (unsigned count = world.below(4); count > 0; --count) {
      auto child = new_actor(world, &running);
      auto handle = group.spawn(act(child, &inside, &group, depth), {.eager = world.below(3) == 0});
      if (world.below(2)) world.handles.emplace_back(std::move(handle), std::move(child));
    }
    co_await block(actor, inside, &group, depth);
    // Children refer to the model of the group, which is in this frame.
    co_await group.join();
  }));
  must(running == 0, "a group ended before its children");
}

Task<> in_gather(Actor& actor, const Model& around, TaskGroup*, int depth) {
  int running = 0;
  std::vector<Task<>> branches;
  for (unsigned count = actor.world.below(4); count > 0; --count)
    branches.push_back(act(new_actor(actor.world, &running), &around, nullptr, depth));
  const std::size_t all = branches.size();
  const bool failed = !co_await attempt(gather(branches));
  must(running == 0, "a gather ended before its branches");
  must(!failed || all > 0, "an empty gather failed");
}

// Branches as in `in_gather`, in each of the other ways to run them.
Task<> in_branches(Actor& actor, const Model& around, TaskGroup*, int depth) {
  World& world = actor.world;
  const unsigned how = world.below(3);
  int running = 0;
  std::vector<Task<>> branches;
  for (unsigned count = 1 + world.below(3); count > 0; --count)
    branches.push_back(act(new_actor(world, &running), &around, nullptr, depth));
  const std::size_t all = branches.size();
  if (how == 0) {
    const auto winner = co_await attempt(race(branches));
    must(!winner || *winner < all, "a race was won by a branch that does not exist");
  } else if (how == 1) {
    const auto outcomes = co_await attempt(gather_settled(branches));
    must(outcomes && outcomes->size() == all, "a settled gather failed, or lost an outcome");
  } else {
    std::size_t seen = 0;
    const bool whole = co_await as_completed(branches, [&](std::size_t index, Outcome<>) {
      must(index < all && ++seen <= all, "as_completed reported an outcome that does not exist");
      return world.below(4) != 0;
    });
    must(!whole || seen == all, "as_completed lost an outcome");
  }
  must(running == 0, "a combinator ended before its branches");
}

Task<> in_start(Actor& actor, const Model&, TaskGroup* group, int depth) {
  if (!group) co_return;
  auto child = new_actor(actor.world, nullptr);
  const auto begin = [group, child, depth](Started<int>& started) -> Task<> {
    const auto self = child;
    if (self->world.below(4) != 0) co_await started(7);
    // The model does not know what the child is under now.
    co_await act(self, nullptr, group, depth);
    if (self->world.below(4) == 0) co_await started(8);
  };
  const auto value = co_await attempt(group->start<int>(begin));
  must(!value || *value == 7 || *value == 8, "start returned another value");
}

namespace {
ContextVar level("level", 0);
} // namespace

// A context variable keeps the value set here, whatever other tasks do meanwhile.
Task<> with_level(Actor& actor, const Model& around, TaskGroup* group, int depth) {
  const auto token = level.set(depth * 1000 + static_cast<int>(actor.world.below(256)));
  const int set = level.get();
  const Probe probe(actor, ++actor.world.numbers);
  if (actor.world.below(2)) {
    co_await in_context(Context::current(), block(actor, around, group, depth));
  } else {
    co_await block(actor, around, group, depth);
  }
  must(level.get() == set, "a context variable has changed");
}

// One level deeper than the others: it has no parent that would bound it.
Task<> in_background(Actor& actor, const Model&, TaskGroup*, int depth) {
  World& world = actor.world;
  auto child = new_actor(world, nullptr);
  auto handle = background(act(child, nullptr, nullptr, depth + 1), {.eager = world.below(2) == 0});
  if (world.below(2)) world.handles.emplace_back(std::move(handle), std::move(child));
  co_return;
}

} // namespace fuzz
