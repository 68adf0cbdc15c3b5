// The operations that bytes stand for. Each runs in the task of `actor`, under the scopes of
// `around`, and may spawn into `group` if there is one; `depth` is that of the work inside.
#pragma once

#include "world.h"

namespace fuzz {

using Operation = Task<>(Actor& actor, const Model& around, TaskGroup* group, int depth);

// Runs some operations, as the bytes say.
Task<> block(Actor& actor, const Model& around, TaskGroup* group, int depth);

// A task's body, a block: checks that it begins once, ends once, and ends before its parent.
Task<> act(std::shared_ptr<Actor> actor, const Model* outer, TaskGroup* group, int depth);
// `siblings`, if not null, counts the tasks of a group or gather that have not ended.
std::shared_ptr<Actor> new_actor(World& world, int* siblings);

// Scopes, groups and other combinators around blocks: combinators.cpp.
Operation in_attempt, in_scope, in_shield, in_deadline, in_guard, in_group, in_gather, in_branches;
Operation in_start, with_level, in_background;

// Blocks that hold a lock or a permit, or that consume generators, and streams: resources.cpp.
Operation in_lock, in_permit, in_generator, in_stream;

// Selects: selects.cpp.
Operation in_select;
// When a program has ended, nothing is lost.
void check_market(World& world);

} // namespace fuzz
