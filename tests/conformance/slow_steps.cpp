// C142: slow steps.
#include "support.h"
#include <wasio/runtime.h>

#include <algorithm>

namespace conformance {
namespace {

// A clock that the test advances.
class HandClock final : public PulledLoop {
 public:
  Instant now() override { return time; }
  bool between_steps() override { return false; }
  bool wait_until(Instant deadline) override {
    if (deadline.is_never()) return false;
    time = std::max(time, deadline);
    return true;
  }

  Instant time = Instant::at(0);
};

HandClock hand_clock;

// A reported step, with its description at that time.
struct Told {
  SlowStep step;
  std::string text;
};
std::vector<Told> slow_steps;

void keep_slow_step(const SlowStep& step) {
  slow_steps.push_back({step, describe(step)});
}

// Computes for this long.
void take(Duration span) {
  hand_clock.time = hand_clock.time + span;
}

// A task of one step, which takes 20 ms.
Task<> busy() {
  take(20ms);
  co_return;
}

// Runs the body on the test's clock, and returns the steps that took longer than 10 ms.
std::vector<Told> slow_steps_of(Task<> body) {
  slow_steps.clear();
  SlowSteps watch(10ms, keep_slow_step);
  const auto run_watched = [&]() -> Task<> {
    Runtime::current().add_instrument(watch);
    co_await checkpoint(); // the step that adds the instrument is not seen from its start
    co_await std::move(body);
  };
  detail::MainTask<decltype(run_watched)> main(std::in_place, run_watched);
  detail::run_main(hand_clock, main);
  check(main.outcome().has_value());
  return std::exchange(slow_steps, {});
}

} // namespace

WASIO_TEST("C142", "a step longer than the limit is reported with task, place and time") {
  const auto first = std::source_location::current();
  const auto body = [](std::source_location) -> Task<> {
    take(10ms); // not longer than the limit
    co_await sleep(5ms);
    take(11ms);
    co_await sleep(50ms);
    take(1ms);
  };
  const auto slow = slow_steps_of(body(first));
  check_equal(slow.size(), 1u);
  check_equal(slow[0].step.time, Duration(11ms));
  check_equal(slow[0].step.task.name(), "main");
  if (WASIO_PLACES != 0) {
    check_equal(slow[0].step.place.file(), "slow_steps.cpp");
    check_equal(slow[0].step.place.line() - first.line(), 5u);
  }
  co_return;
}

WASIO_TEST("C142", "for a task that ended in the step, the place is that of its spawn") {
  const auto slow = slow_steps_of([]() -> Task<> {
    background(busy, {.name = "quick"});
    co_await sleep(1ms);
  }());
  check_equal(slow.size(), 1u);
  check(slow[0].step.task.done());
  check_equal(slow[0].step.task.name(), "quick");
  const std::string text = slow[0].text;
  check(text.starts_with("a step of quick took 20 ms; then it ended"));
  if (WASIO_PLACES != 0) check(text.contains(", spawned at ") && text.contains("(slow_steps.cpp:"));
  co_return;
}

WASIO_TEST("C142", "the report says what the task waits for afterwards") {
  const auto slow = slow_steps_of([]() -> Task<> {
    take(20ms);
    co_await sleep(1ms);
  }());
  const std::string text = slow.at(0).text;
  check(text.starts_with("a step of main took 20 ms; then it waits for sleep"));
  if (WASIO_PLACES != 0) check(text.contains(" at ") && text.contains("(slow_steps.cpp:"));
  co_return;
}

WASIO_TEST("C142", "an eager step counts for its task and for its spawner") {
  const auto slow = slow_steps_of([]() -> Task<> {
    background(busy, {.name = "eager", .eager = true});
    take(1ms);
    co_await sleep(1ms);
  }());
  check_equal(slow.size(), 2u);
  check_equal(slow[0].step.task.name(), "eager");
  check_equal(slow[0].step.time, Duration(20ms));
  check_equal(slow[1].step.task.name(), "main");
  check_equal(slow[1].step.time, Duration(21ms));
  co_return;
}

WASIO_TEST("C142", "a debug build watches every runtime; the program sets the limit") {
  const auto watched_inside = [] {
    return run_virtually([]() -> Task<bool> {
             co_return (detail::Scheduler::current().observers() != nullptr);
           })
        .value();
  };
  const Duration before = set_slow_step_limit(50ms);
  check_equal((detail::Scheduler::current().observers() != nullptr), WASIO_DEBUG == 1);
  check_equal(watched_inside(), WASIO_DEBUG == 1);
  check_equal(set_slow_step_limit(Duration::forever()), Duration(50ms));
  check(!(detail::Scheduler::current().observers() != nullptr));
  check(!watched_inside());
  set_slow_step_limit(before);
  co_return;
}

} // namespace conformance
