// A libFuzzer target: bytes become a random tree of tasks, groups, scopes, shields, deadlines,
// guards, locks, generators and errors, which runs in virtual time and is watched by checks of its
// own:
//
// - every task ends once; a parent goes on only when its children have ended
// - what was made dies once, in reverse order, within each task (`Probe`)
// - no checkpoint completes in a scope that is seen to be cancelled (`Model`)
// - a scope that gives no value has caught, and one that has caught was cancelled
// - never more tasks hold a mutex or permits than may, and none is lost
// - bytes come whole and in order out of a stream, however they are cut, and whatever is cut off
// - nothing is left: no frame, no record
// - no step without cause: their number is bounded by that of the operations
// - the same bytes give the same steps at the same times
//
// The bytes are one stream that all tasks read from, each when it needs to know what to do next.
#include <wasio/testing.h>
#include <wasio/wasio.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

using namespace wasio;
using namespace std::chrono_literals;

namespace {

constexpr ErrorKind planned{"planned", &errors::failure};
constexpr int most_operations = 400;
constexpr int deepest = 7;

[[noreturn]] void broken(const char* what) {
  std::fprintf(stderr, "invariant broken: %s\n", what);
  std::abort();
}
void must(bool holds, const char* what) {
  if (!holds) broken(what);
}

// What is known of the scopes around a task, beside what the library knows of them. A cancel that
// the model does not know of (a failed sibling in a gather) only makes it check less.
struct Model {
  const Model* outer = nullptr;
  const CancelScope* scope = nullptr;
  const TaskGroup* group = nullptr;
  bool shield = false;
  bool cancelled = false; // through a handle
  bool falls = false;     // a grace may end inside

  bool is_cancelled() const {
    return cancelled || (scope && scope->cancel_called()) || (group && group->cancel_called());
  }
  bool hides() const { return shield || (scope && scope->shielded()); }
  // Certainly cancelled, as seen from inside.
  bool reached() const {
    for (const Model* at = this; at; at = at->outer) {
      if (at->is_cancelled()) return true;
      if (at->hides()) return false;
    }
    return false;
  }
};

class World;

// One task, and the stack of what it has made.
struct Actor {
  World& world;
  Model root;
  std::vector<int> alive;
  int* siblings = nullptr; // of its group or gather: how many run
  bool begun = false;
  bool ended = false;

  explicit Actor(World& world) : world(world) {}
  ~Actor() { must(alive.empty(), "a task has gone, and something that it made is alive"); }
};

class Probe {
 public:
  Probe(Actor& actor, int number) : actor_(actor), number_(number) {
    actor.alive.push_back(number);
  }
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;
  ~Probe() {
    must(!actor_.alive.empty() && actor_.alive.back() == number_, "destroyed out of order");
    actor_.alive.pop_back();
  }

 private:
  Actor& actor_;
  int number_;
};

class HandWait;

class World {
 public:
  World(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

  unsigned byte() { return at_ < size_ ? data_[at_++] : 0; }
  unsigned below(unsigned limit) { return byte() % limit; }
  bool over() const { return at_ >= size_ || operations >= most_operations; }
  Duration span() { return Duration::nanoseconds(static_cast<std::int64_t>(below(8)) * 1'000'000); }

  void note(unsigned what) {
    trace = (trace ^ what) * 1099511628211U;
    trace = (trace ^ static_cast<std::uint64_t>(now().nanoseconds())) * 1099511628211U;
  }

  std::uint64_t trace = 14695981039346656037U;
  int operations = 0;
  int steps = 0;
  bool shields_fall = false; // there was a grace, or the runtime will be destroyed
  bool shields_rise = false; // one was raised around work that was under way
  int steps_for_bytes = 0;   // that streams may take, beside the operations
  int numbers = 0;
  int tasks_alive = 0;
  std::vector<CancelScope*> scopes; // that live
  std::vector<HandWait*> waits;     // that are armed
  std::vector<std::pair<TaskHandle<>, std::shared_ptr<Actor>>> handles;
  ChannelPair<std::unique_ptr<int>> pipe = channel<std::unique_ptr<int>>(0);
  Mutex mutex;
  Condition condition{mutex};
  Barrier barrier{2};
  CapacityLimiter limiter{2};
  int locked = 0;

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
};

// An event that another task brings about, with every way of answering a cancel.
class HandWait final : public Wait {
 public:
  HandWait(World& world, Stop answer) : world_(&world), answer_(answer) {}
  HandWait(const HandWait&) = default;
  ~HandWait() {
    if (pending()) forget();
  }
  void await_resume() const noexcept {}
  void bring_about(unsigned how) {
    forget();
    if (how == 0) return fail(Error(planned, "the event failed"));
    if (how == 1 && stopping_ && answer_ == Stop::later) return confirm_stop();
    complete();
  }

 private:
  void start() override {
    stopping_ = false;
    world_->waits.push_back(this);
  }
  Stop stop() override {
    must(!stopping_, "a wait was asked twice to stop");
    stopping_ = true;
    if (answer_ == Stop::stopped) forget();
    return answer_;
  }
  void forget() { std::erase(world_->waits, this); }

  World* world_;
  Stop answer_;
  bool stopping_ = false;
};

Task<> block(Actor& actor, const Model& around, TaskGroup* group, int depth);

// A task's body: counts that it begins once, ends once, and before whom.
Task<> act(std::shared_ptr<Actor> actor, const Model* outer, TaskGroup* group, int depth) {
  must(!actor->begun, "a task began twice");
  actor->begun = true;
  ++actor->world.tasks_alive;
  struct End {
    Actor& actor;
    ~End() {
      must(!actor.ended, "a task ended twice");
      must(actor.alive.empty(), "a task's frames went before what they had made");
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

// A scope that others may cancel while it lives.
class KnownScope {
 public:
  explicit KnownScope(World& world) : world_(world) { world.scopes.push_back(&scope); }
  KnownScope(const KnownScope&) = delete;
  KnownScope& operator=(const KnownScope&) = delete;
  ~KnownScope() { std::erase(world_.scopes, &scope); }
  CancelScope scope;

 private:
  World& world_;
};

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

Task<> in_group(Actor& actor, const Model& around, int depth) {
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
    // The model of the group stands in this frame, and children refer to it.
    co_await group.join();
  }));
  must(running == 0, "a group ended before its children");
}

Task<> in_gather(Actor& actor, const Model& around, TaskGroup* group, int depth) {
  int running = 0;
  std::vector<Task<>> branches;
  for (unsigned count = actor.world.below(4); count > 0; --count)
    branches.push_back(act(new_actor(actor.world, &running), &around, group, depth));
  const std::size_t all = branches.size();
  const bool failed = !co_await attempt(gather(branches));
  must(running == 0, "a gather ended before its branches");
  must(!failed || all > 0, "an empty gather failed");
}

// The same branches, in each of the other ways to run them.
Task<> in_branches(Actor& actor, const Model& around, int depth) {
  World& world = actor.world;
  const unsigned how = world.below(3);
  int running = 0;
  std::vector<Task<>> branches;
  for (unsigned count = 1 + world.below(3); count > 0; --count)
    branches.push_back(act(new_actor(world, &running), &around, nullptr, depth));
  const std::size_t all = branches.size();
  if (how == 0) {
    const auto winner = co_await attempt(race(branches));
    must(!winner || *winner < all, "a race was won by nobody");
  } else if (how == 1) {
    const auto outcomes = co_await attempt(gather_settled(branches));
    must(outcomes && outcomes->size() == all, "a settled gather failed, or lost an outcome");
  } else {
    std::size_t seen = 0;
    const bool whole = co_await as_completed(branches, [&](std::size_t index, Outcome<>) {
      must(index < all && ++seen <= all, "as_completed told of another outcome");
      return world.below(4) != 0;
    });
    must(!whole || seen == all, "as_completed lost an outcome");
  }
  must(running == 0, "something that runs branches ended before they did");
}

ContextVar level("level", 0);

// A variable is what it was set to here, whatever others do meanwhile.
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

Task<> in_guard(Actor& actor, const Model& around, TaskGroup* group, int depth) {
  World& world = actor.world;
  int cleanups = 0;
  bool shielded = false; // the cleanup came past its first checkpoint
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

Task<> in_start(Actor& actor, TaskGroup& group, int depth) {
  auto child = new_actor(actor.world, nullptr);
  const auto begin = [&group, child, depth](Started<int>& started) -> Task<> {
    const auto self = child;
    if (self->world.below(4) != 0) co_await started(7);
    // Where the child belongs now the model does not know.
    co_await act(self, nullptr, &group, depth);
    if (self->world.below(4) == 0) co_await started(8);
  };
  const auto value = co_await attempt(group.start<int>(begin));
  must(!value || *value == 7 || *value == 8, "start gave another value");
}

// Counts one up as long as it lives.
class Counted {
 public:
  explicit Counted(int& count) : count_(count) { ++count; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --count_; }

 private:
  int& count_;
};

Task<> in_lock(Actor& actor, const Model& around, TaskGroup* group, int depth) {
  World& world = actor.world;
  auto lock = co_await move_on_after(world.span(), world.mutex.lock());
  if (!lock) co_return;
  must(world.locked == 0, "two tasks hold a mutex");
  if (world.below(3) == 0) {
    // A wait that is cut off has the lock again, too.
    co_await move_on_after(world.span(), world.condition.wait(*lock));
    must(world.locked == 0 && *lock, "a condition gave no lock back");
  }
  const Counted inside(world.locked);
  world.condition.notify(world.below(3));
  co_await block(actor, around, group, depth);
}

Task<> in_permit(Actor& actor, const Model& around, TaskGroup* group, int depth) {
  World& world = actor.world;
  auto permit = co_await move_on_after(world.span(), world.limiter.acquire());
  if (!permit) co_return;
  if (world.below(4) == 0) world.limiter.set_total(1 + world.below(3));
  co_await block(actor, around, group, depth);
}

AsyncGenerator<int> numbers(Actor& actor, const Model& around, int depth) {
  World& world = actor.world;
  const Probe first(actor, ++world.numbers);
  for (int number = 0; !world.over() && world.below(4) != 0; ++number) {
    co_await block(actor, around, nullptr, depth);
    const Probe each(actor, ++world.numbers);
    co_yield number;
  }
}

// As many as the bytes say; the generator is left wherever it is.
Task<> in_generator(Actor& actor, const Model& around, TaskGroup* group, int depth) {
  World& world = actor.world;
  auto source = numbers(actor, around, depth) | filter([](int number) { return number % 3 != 2; });
  int last = -1;
  while (auto number = co_await source.next()) {
    must(*number > last && *number % 3 != 2, "a generator gave something else");
    last = *number;
    if (world.below(3) == 0) co_return;
    co_await block(actor, around, group, depth);
  }
  must(source.ended(), "a generator has not ended");
}

Task<> send_in_pieces(World& world, MemorySender sender, const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t count = std::min<std::size_t>(1 + world.below(40), text.size() - at);
    co_await sender.send_all(as_bytes(text).subspan(at, count));
    at += count;
  }
}

// What is read is a front part of what is sent; a read that is cut off has taken nothing.
Task<> read_in_pieces(World& world, MemoryReceiver& receiver, const std::string& text) {
  BufferedReader reader(receiver, {.buffer_size = 1 + world.below(32)});
  std::string got;
  while (got.size() < text.size()) {
    const std::size_t count = std::min<std::size_t>(1 + world.below(60), text.size() - got.size());
    const Duration limit = world.below(2) ? world.span() : Duration::forever();
    world.steps_for_bytes += 4;
    if (auto piece = co_await move_on_after(limit, reader.read_exactly(count))) got += *piece;
    must(text.starts_with(got), "a stream has lost bytes, or their order");
  }
  must(!co_await reader.next_lines(), "a stream has more bytes than were sent");
}

Task<> in_stream(World& world) {
  auto [sender, receiver] = memory_pipe({.high_water = std::size_t{1} + world.below(16),
                                         .max_chunk = std::size_t{1} + world.below(7)});
  std::string text;
  for (unsigned size = world.byte(); text.size() < size;)
    text += static_cast<char>('a' + text.size() % 26);
  world.steps_for_bytes += 20 + 4 * static_cast<int>(text.size());
  const auto read = co_await attempt(task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(send_in_pieces(world, std::move(sender), text));
    co_await read_in_pieces(world, receiver, text);
  }));
  // A shield that is raised behind a cancel finds the sender stopped and the reader not.
  must(read || (world.shields_rise && read.error().has(errors::incomplete)), "a stream failed");
}

void meddle(World& world) {
  if (world.scopes.empty()) return;
  CancelScope& scope = *world.scopes[world.below(static_cast<unsigned>(world.scopes.size()))];
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

// What completes only if the work goes on.
Task<> wait_somehow(World& world) {
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
      auto handle = world.handles[world.below(static_cast<unsigned>(world.handles.size()))].first;
      co_await attempt(handle);
    }
    break;
  default:
    co_await wait_all_tasks_blocked();
  }
}

Task<> one_operation(Actor& actor, const Model& around, TaskGroup* group, int depth) {
  World& world = actor.world;
  const unsigned what = world.below(32);
  world.note(what);
  if (depth >= deepest && what >= 10) co_return;
  switch (what) {
  case 0:
  case 1:
  case 2:
    co_await wait_somehow(world);
    break;
  case 3: {
    const bool dead = around.reached();
    co_await checkpoint();
    must(!dead, "a checkpoint completed in a cancelled scope");
    break;
  }
  case 4: {
    const bool dead = around.reached();
    co_await sleep(world.span());
    must(!dead, "a sleep completed in a cancelled scope");
    break;
  }
  case 5:
    meddle(world);
    break;
  case 6:
    if (!world.waits.empty())
      world.waits[world.below(static_cast<unsigned>(world.waits.size()))]->bring_about(
          world.below(4));
    break;
  case 7:
    if (!world.handles.empty()) {
      auto& [handle, target] =
          world.handles[world.below(static_cast<unsigned>(world.handles.size()))];
      const bool running = !handle.done();
      if (handle.cancel()) {
        must(running, "a task that had ended was cancelled");
        target->root.cancelled = true;
      }
    }
    break;
  case 8:
    if (!world.handles.empty()) world.handles.erase(world.handles.begin());
    break;
  case 9:
    if (world.below(3) == 0) co_await fail(planned, "as the bytes say");
    break;
  case 10:
  case 11:
    co_await attempt(block(actor, around, group, depth + 1));
    break;
  case 12:
  case 13:
    co_await in_scope(actor, around, group, depth + 1);
    break;
  case 14: {
    Model inside;
    inside.outer = &around;
    inside.shield = true;
    if (world.below(2)) {
      co_await shield(block(actor, inside, nullptr, depth + 1));
    } else {
      co_await shield_for(world.span(), block(actor, inside, nullptr, depth + 1));
    }
    break;
  }
  case 15:
    co_await attempt(fail_after(world.span(), block(actor, around, nullptr, depth + 1)));
    break;
  case 16:
  case 17:
    co_await in_guard(actor, around, group, depth + 1);
    break;
  case 18:
  case 19:
    co_await in_group(actor, around, depth + 1);
    break;
  case 20:
    co_await in_gather(actor, around, nullptr, depth + 1);
    break;
  case 21:
    if (group) group->cancel();
    break;
  case 22:
    if (group) co_await in_start(actor, *group, depth + 1);
    break;
  case 23:
  case 24:
    co_await in_branches(actor, around, depth + 1);
    break;
  case 25:
    co_await with_level(actor, around, group, depth + 1);
    break;
  case 26:
    co_await in_lock(actor, around, group, depth + 1);
    break;
  case 27:
    co_await in_permit(actor, around, group, depth + 1);
    break;
  case 30:
    co_await in_stream(world);
    break;
  case 28:
  case 29:
    co_await in_generator(actor, around, group, depth + 1);
    break;
  default: {
    auto child = new_actor(world, nullptr);
    auto handle =
        background(act(child, nullptr, nullptr, depth + 2), {.eager = world.below(2) == 0});
    if (world.below(2)) world.handles.emplace_back(std::move(handle), std::move(child));
  }
  }
}

Task<> block(Actor& actor, const Model& around, TaskGroup* group, int depth) {
  World& world = actor.world;
  const Probe first(actor, ++world.numbers);
  for (unsigned count = 1 + world.below(5); count > 0 && !world.over(); --count) {
    const Probe each(actor, ++world.numbers);
    ++world.operations;
    co_await one_operation(actor, around, group, depth);
  }
}

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

// A whole program; gives a hash of what it did. `turns`: the runtime is destroyed after so many, 0:
// it runs to its end.
std::uint64_t run_bytes(const std::uint8_t* data, std::size_t size, unsigned turns,
                        std::optional<std::uint64_t> seed) {
  const std::size_t before = memory_use().live_blocks;
  std::uint64_t trace = 0;
  {
    World world(data, size);
    world.shields_fall = turns != 0;
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
      must(main.ended, "the main task has not ended");
    } else {
      main.hold();
      Runtime runtime(clock);
      runtime.begin(main);
      for (unsigned i = 0; i < turns && !runtime.idle(); ++i) {
        runtime.turn();
        if (!clock.wait_until(runtime.next_deadline())) break;
      }
    }
    // Every step has its cause: an operation, or the end of one.
    must(world.steps <= 40 + 12 * world.operations + world.steps_for_bytes,
         "steps without a cause");
    world.handles.clear();
    must(world.tasks_alive == 0, "a task outlives its runtime");
    must(world.scopes.empty() && world.waits.empty(), "a scope or a wait outlives its runtime");
    must(!world.mutex.locked() && world.locked == 0, "a lock outlives its runtime");
    must(world.limiter.borrowed() == 0, "a permit is lost");
    must(world.mutex.waiting() + world.condition.waiting() + world.limiter.waiting() +
                 world.barrier.waiting() ==
             0,
         "somebody stands in a line when all have ended");
    trace = world.trace;
  }
  must(memory_use().live_blocks == before, "frames or records are left behind");
  return trace;
}

void ignore(const Error&) {}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  set_unhandled_error_hook(ignore);
  // The first byte says how.
  const unsigned how = data[0];
  const unsigned turns = how % 4 == 0 ? how / 4 % 16 + 1 : 0;
  std::optional<std::uint64_t> seed;
  if (how % 4 == 1) seed = how / 4;
  const auto once = run_bytes(data + 1, size - 1, turns, seed);
  const auto twice = run_bytes(data + 1, size - 1, turns, seed);
  must(once == twice, "the same bytes gave different steps");
  return 0;
}
