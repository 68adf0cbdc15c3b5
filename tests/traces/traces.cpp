// Programs in virtual time, and the trace of each: the same bytes on every host. The places of
// awaits and spawns are part of the traces, so moving a line here changes golden.txt.
#include <wasio/testing.h>
#include <wasio/wasio.h>

#include <chrono>
#include <cstdint>
#include <string>

using namespace wasio;
using namespace std::chrono_literals;

namespace {

Task<> sleepers() {
  co_await task_group([](TaskGroup& group) {
    for (int i : {3, 1, 2}) group.spawn(sleep(1ms * i), {.name = join_text("sleeper ", i)});
  });
}

Task<> alternate(int times) {
  for (int i = 0; i < times; ++i) co_await checkpoint();
}

Task<> alternating() {
  co_await gather(alternate(3), alternate(2));
}

Task<> deadlines() {
  co_await move_on_after(5ms, sleep(1h));
  co_await move_on_after(5ms, sleep(1ms));
  co_await attempt(fail_after(5ms, move_on_after(5ms, sleep(5ms))));
  co_await move_on_after(-1s, sleep(1ms));
}

Task<> shields() {
  CancelScope scope;
  scope.set_timeout(2ms);
  co_await scope.run(shield(sleep(10ms)));
  co_await scope.run(sleep(1ms)); // used twice: an error
}

Task<> graceful() {
  co_await task_group([](TaskGroup& group) -> Task<> {
    group.spawn(guard(sleep(1h), sleep(1h)), {.name = "guarded"});
    co_await sleep(1ms);
    group.cancel({.reason = "time to go", .grace = 3ms});
  });
}

Task<> fail_later(Duration after) {
  co_await sleep(after);
  co_await fail(errors::bad_data, "on purpose");
}

Task<> failing_sibling() {
  co_await attempt(task_group([](TaskGroup& group) {
    group.spawn(fail_later(2ms), {.name = "fails"});
    group.spawn(sleep(1h), {.name = "sleeps"});
  }));
}

Task<> produce(Sender<int> sender, int count) {
  for (int i = 0; i < count; ++i) co_await sender.send(i);
}

Task<> consume(Receiver<int> receiver) {
  while (co_await receiver.receive()) co_await sleep(1ms);
}

Task<> channels() {
  auto [sender, receiver] = channel<int>(2);
  co_await gather(produce(std::move(sender), 5), consume(std::move(receiver)));
}

Task<> handles() {
  co_await task_group([](TaskGroup& group) -> Task<> {
    auto slow = group.spawn(sleep(1h), {.name = "slow"});
    auto waiting = group.spawn([&]() -> Task<> { co_await slow; }, {.name = "waiting"});
    co_await sleep(1ms);
    waiting.cancel();
    co_await sleep(1ms);
    slow.cancel("not needed");
  });
}

Task<> eager_and_started() {
  co_await task_group([](TaskGroup& group) -> Task<> {
    group.spawn(sleep(1ms), {.name = "eager", .eager = true});
    const auto serve = [](Started<>& started) -> Task<> {
      co_await sleep(2ms);
      co_await started();
      co_await sleep(2ms);
    };
    co_await group.start(serve, {.name = "server"});
  });
}

Task<> background_work() {
  background(sleep(1h), {.name = "left behind"});
  background(fail_later(1ms), {.name = "fails\nalone"});
  co_await sleep(2ms);
}

Task<> busy() {
  // More operations than a task's budget, all of them ready.
  auto [sender, receiver] = channel<int>(100);
  for (int i = 0; i < 70; ++i) co_await sender.send(i);
}

Task<> selects() {
  auto [sender, receiver] = channel<int>(0);
  Event stop;
  const auto left = background(race(stop.wait(), sleep(1ms), fail_later(2ms)), {.name = "mixed"});
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(
        [&]() -> Task<> {
          while ((co_await select(stop.wait(), receiver.receive(), sleep(5ms))).index() == 1) {
          }
        },
        {.name = "selects"});
    int item = 1;
    co_await select(sender.send_from(item), sleep(1ms));
    co_await select({.fair = true}, sleep(1ms), sleep(1ms), sender.send_from(item));
    stop.set();
  });
  co_await attempt(left);
}

Task<> deadlock() {
  co_await gather(sleep(Duration::forever()), alternate(1));
}

// The same numbers everywhere.
class Random {
 public:
  explicit Random(std::uint32_t seed) : state_(seed) {}
  // Below `limit`.
  std::uint32_t next(std::uint32_t limit) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return state_ % limit;
  }

 private:
  std::uint32_t state_;
};

Task<> random_task(Random& random, unsigned depth);

Task<> random_group(Random& random, unsigned depth) {
  co_await task_group([&](TaskGroup& group) -> Task<> {
    const std::uint32_t children = 1 + random.next(4);
    for (std::uint32_t i = 0; i < children; ++i) group.spawn(random_task(random, depth - 1));
    co_await sleep(1ms * random.next(10));
    if (random.next(3) == 0) group.cancel();
  });
}

Task<> random_step(Random& random, unsigned depth) {
  const Duration span = 1us * random.next(20'000);
  switch (random.next(depth == 0 ? 3 : 7)) {
  case 0:
    co_await sleep(span);
    break;
  case 1:
    co_await checkpoint();
    break;
  case 2:
    co_await move_on_after(span, sleep(10ms));
    break;
  case 3:
    co_await attempt(random_group(random, depth));
    break;
  case 4:
    co_await move_on_after(span, random_task(random, depth - 1));
    break;
  case 5:
    co_await shield_for(span, random_task(random, depth - 1));
    break;
  default:
    co_await attempt(fail_after(span, random_group(random, depth)));
  }
}

Task<> random_task(Random& random, unsigned depth) {
  const std::uint32_t steps = 1 + random.next(4);
  for (std::uint32_t i = 0; i < steps; ++i) co_await random_step(random, depth);
  if (random.next(16) == 0) co_await fail(errors::bad_data, "by chance");
}

Task<> random_tree() {
  Random random(20'231);
  for (int i = 0; i < 2; ++i) co_await attempt(random_task(random, 3));
}

// How a program ended is part of its trace.
std::string trace_of(Task<> program) {
  TraceRecorder recorder;
  const auto ended = run_virtually([&]() -> Task<> {
    Runtime::current().add_instrument(recorder);
    co_await std::move(program);
  });
  return recorder.text() + (ended ? "ended\n" : join_text(ended.error().kind().name, "\n"));
}

Task<int> print_traces(Args) {
  struct Program {
    const char* name;
    Task<> (*run)();
  };
  // What nobody awaits is part of a program here, and goes to no error output.
  const auto hook = set_unhandled_error_hook([](const Error&) {});
  for (const auto& [name, run] : {Program{"sleepers", sleepers},
                                  {"alternating", alternating},
                                  {"deadlines", deadlines},
                                  {"shields", shields},
                                  {"graceful", graceful},
                                  {"failing sibling", failing_sibling},
                                  {"channels", channels},
                                  {"handles", handles},
                                  {"eager and started", eager_and_started},
                                  {"background work", background_work},
                                  {"busy", busy},
                                  {"selects", selects},
                                  {"deadlock", deadlock},
                                  {"random tree", random_tree}})
    co_await print(join_text("== ", name, "\n", trace_of(run())));
  set_unhandled_error_hook(hook);
  co_return 0;
}

} // namespace

WASIO_MAIN(print_traces)
