// The world of one run of the fuzzer: the bytes that decide everything, the objects that all tasks
// share, and the checks of what each task makes.
#pragma once

#include <wasio/testing.h>
#include <wasio/wasio.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <set>
#include <utility>
#include <vector>

namespace fuzz {

using namespace wasio;
using namespace std::chrono_literals;

inline constexpr ErrorKind planned{"planned", &errors::failure};
inline constexpr int most_operations = 400;

[[noreturn]] inline void broken(const char* what) {
  std::fprintf(stderr, "invariant broken: %s\n", what);
  std::abort();
}
inline void must(bool holds, const char* what) {
  if (!holds) broken(what);
}

// What the fuzzer knows of the scopes around a task, independently of the library. A cancel that
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
  // True if certainly cancelled, as seen from inside.
  bool reached() const {
    for (const Model* at = this; at; at = at->outer) {
      if (at->is_cancelled()) return true;
      if (at->hides()) return false;
    }
    return false;
  }
};

class World;

// One task, and a stack of the objects that it has made.
struct Actor {
  World& world;
  Model root;
  std::vector<int> alive;
  int* siblings = nullptr; // how many tasks of its group or gather run
  bool begun = false;
  bool ended = false;

  explicit Actor(World& world) : world(world) {}
  ~Actor() { must(alive.empty(), "a task ended, and something that it made is alive"); }
};

// An object made by a task: must be destroyed once, in the reverse order of construction.
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

// What tasks exchange by selects.
struct Market {
  ChannelPair<std::unique_ptr<int>> direct = channel<std::unique_ptr<int>>(0);
  ChannelPair<std::unique_ptr<int>> buffered = channel<std::unique_ptr<int>>(2);
  Broadcaster<int> news = broadcast<int>(2, SlowReceiver::wait);
  Event bell;
  int items = 0; // made so far
  int sent = 0;
  // Races whose tasks did not continue: a receive or a send that had won may have been destroyed
  // with them, when a body that cannot be stopped kept the race from its end.
  int unfinished = 0;
  std::set<int> received;
};

// The bytes, the objects that all tasks share, and what is counted of the run.
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
  bool shields_rise = false; // one was raised around work in progress
  int steps_for_bytes = 0;   // that streams may take, beside those of operations
  int numbers = 0;
  int tasks_alive = 0;
  std::vector<CancelScope*> scopes; // those alive
  std::vector<HandWait*> waits;     // those armed
  std::vector<std::pair<TaskHandle<>, std::shared_ptr<Actor>>> handles;
  ChannelPair<std::unique_ptr<int>> pipe = channel<std::unique_ptr<int>>(0);
  Mutex mutex;
  Condition condition{mutex};
  Barrier barrier{2};
  CapacityLimiter limiter{2};
  int locked = 0;
  Market market;
  bool abandoned = false; // the runtime will be destroyed

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
};

// An event that another task triggers, with every way of answering a cancel.
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
    must(!stopping_, "a wait was asked to stop twice");
    stopping_ = true;
    if (answer_ == Stop::stopped) forget();
    return answer_;
  }
  void forget() { std::erase(world_->waits, this); }

  World* world_;
  Stop answer_;
  bool stopping_ = false;
};

// A scope that other tasks may cancel while it lives.
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

// Increments a count while it lives.
class Counted {
 public:
  explicit Counted(int& count) : count_(count) { ++count; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --count_; }

 private:
  int& count_;
};

} // namespace fuzz
