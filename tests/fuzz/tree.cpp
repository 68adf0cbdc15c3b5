// A libFuzzer target: bytes become a random tree of tasks, groups, scopes, shields, deadlines,
// guards, locks, generators, streams and errors, which runs in virtual time. It checks that
//
// - every task ends once; a parent continues only when its children have ended (`act`)
// - every object is destroyed once, in reverse order within each task (`Probe`)
// - no checkpoint completes in a scope that is visibly cancelled (`Model`)
// - a scope without a value has caught a cancel, and one that has caught was cancelled
// - no more tasks hold a mutex or permits than may, and none is lost
// - of the branches of a select exactly one takes effect; no item is lost or duplicated
// - bytes come complete and in order out of a stream, however it is cut or cancelled
// - no frame and no record is left behind
// - there are no steps without a cause: the number of operations bounds that of steps
// - the same bytes lead to the same steps at the same times
//
// All tasks read from the same bytes, each when it decides what to do next (operations.cpp).
#include "actions.h"

#include <optional>

namespace fuzz {
namespace {

class StepCount final : public Instrument {
 public:
  explicit StepCount(World& world) : world_(world) {}
  Result<> on_event(const TraceEvent& event) override {
    if (event.kind == TraceEventKind::step_begun) ++world_.steps;
    return {};
  }

 private:
  World& world_;
};

// What must hold when a program has ended, or its runtime was destroyed.
void check_end(World& world) {
  // Every step has its cause: an operation, or the end of one.
  must(world.steps <= 40 + 12 * world.operations + world.steps_for_bytes, "steps without a cause");
  world.handles.clear();
  must(world.tasks_alive == 0, "a task outlives its runtime");
  must(world.scopes.empty() && world.waits.empty(), "a scope or a wait outlives its runtime");
  must(!world.mutex.locked() && world.locked == 0, "a lock outlives its runtime");
  must(world.limiter.borrowed() == 0, "a permit is lost");
  check_market(world);
  must(world.mutex.waiting() + world.condition.waiting() + world.limiter.waiting() +
               world.barrier.waiting() ==
           0,
       "a queue has waiters when all tasks have ended");
}

// Runs a whole program and returns a hash of what it did. `turns`: the runtime is destroyed after
// that many; 0: it runs to its end.
std::uint64_t run_bytes(const std::uint8_t* data, std::size_t size, unsigned turns,
                        std::optional<std::uint64_t> seed) {
  const std::size_t before = memory_use().live_blocks;
  std::uint64_t trace = 0;
  {
    World world(data, size);
    world.shields_fall = world.abandoned = turns != 0;
    StepCount steps(world);
    MockClock clock;
    auto actor = new_actor(world, nullptr);
    const auto program = [&]() -> Task<> {
      Runtime::current().shuffle(seed);
      Runtime::current().add_instrument(steps);
      co_await act(actor, nullptr, nullptr, 0);
    };
    detail::MainTask<decltype(program)> main(std::in_place, program);
    if (turns == 0) {
      detail::run_main(clock, main);
      must(main.ended(), "the main task has not ended");
    } else {
      main.hold();
      Runtime runtime(clock);
      runtime.begin(main);
      for (unsigned i = 0; i < turns && !runtime.idle(); ++i) {
        runtime.turn();
        if (!clock.wait_until(runtime.next_deadline())) break;
      }
    }
    check_end(world);
    trace = world.trace;
  }
  must(memory_use().live_blocks == before, "frames or records are left behind");
  return trace;
}

void ignore(const Error&) {}

} // namespace
} // namespace fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fuzz;
  if (size < 2) return 0;
  set_unhandled_error_hook(ignore);
  // The first byte says how to run the rest: to the end, for some turns, or shuffled.
  const unsigned how = data[0];
  const unsigned turns = how % 4 == 0 ? how / 4 % 16 + 1 : 0;
  std::optional<std::uint64_t> seed;
  if (how % 4 == 1) seed = how / 4;
  const auto once = run_bytes(data + 1, size - 1, turns, seed);
  const auto twice = run_bytes(data + 1, size - 1, turns, seed);
  must(once == twice, "the same bytes led to different steps");
  return 0;
}
