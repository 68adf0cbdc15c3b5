// C94: a runtime driven from outside, and loops that belong to runtimes.
#include "support.h"
#include <wasio/runtime.h>

namespace conformance {

namespace {

Task<int> forty_two() {
  co_await sleep(1ms);
  co_return 42;
}

// A task that something outside begins and keeps, like a call from JavaScript.
class Call final : public detail::BodyTask<int, Task<int>> {
 public:
  explicit Call(Task<int> body) : detail::BodyTask<int, Task<int>>(std::in_place, std::move(body)) {
    hold();
  }
  ~Call() = default;
  void no_references() override {}
};

// Turns the runtime as `run` does, until no task is left.
void drive(Runtime& runtime, MockClock& clock) {
  while (!runtime.idle())
    if (!runtime.turn() && !runtime.idle()) clock.wait_until(runtime.next_deadline());
}

} // namespace

WASIO_TEST("C94", "begin, turn and end drive a runtime whose tasks come one by one") {
  MockClock clock;
  Call first(forty_two());
  Call second(forty_two());
  {
    Runtime runtime(clock);
    check(runtime.idle());
    runtime.begin(first);
    check(!runtime.idle());
    drive(runtime, clock);
    check_equal(first.result().value(), 42);
    // The runtime is idle, not over: another task may begin.
    runtime.begin(second);
    check(!second.ended());
    drive(runtime, clock);
    check_equal(second.result().value(), 42);
  }
  co_return;
}

WASIO_TEST("C94", "end cancels whatever runs, and the turns that follow end it") {
  MockClock clock;
  Log log;
  const auto work = [&]() -> Task<> {
    const Noisy noisy(log, "frame");
    co_await sleep(1h);
  };
  detail::MainTask<decltype(work)> main(std::in_place, work);
  {
    Runtime runtime(clock);
    main.hold();
    runtime.begin(main);
    runtime.turn();
    runtime.end(Error(errors::task_cancelled, "closing time"));
    check_equal(log, "");
    check(!runtime.idle());
    runtime.turn();
    check_equal(log, "~frame");
    check(runtime.idle());
  }
  check_equal(main.outcome().error().message(), "closing time");
  co_return;
}

WASIO_TEST("C94", "a runtime knows its loop, and each run has its own") {
  MockClock clock;
  const auto loop_of_run = [&](PulledLoop& loop) {
    return run_virtually([]() -> Task<Loop*> { co_return &Runtime::current().loop(); },
                         static_cast<MockClock&>(loop))
        .value();
  };
  check(loop_of_run(clock) == &clock);
  check(&Runtime::current().loop() != &clock);
  co_return;
}

WASIO_TEST("C16", "a plain function is a body, everywhere a callable is") {
  check_equal(run_virtually(forty_two).value(), 42);
  check_equal((co_await attempt(forty_two)).value(), 42);
  check_equal(co_await fail_after(1h, forty_two), 42);
  check_equal(co_await guard(forty_two, [] {}), 42);
  check_equal(co_await shield(forty_two), 42);
  const auto [first, second] = co_await gather(forty_two, forty_two);
  check_equal(first + second, 84);
  check_equal(std::get<0>(co_await race(forty_two)), 42);
  co_await task_group([](TaskGroup& group) -> Task<> {
    const auto handle = group.spawn(forty_two);
    check_equal(co_await handle, 42);
  });
  check_equal(*co_await task_group(forty_two), 42);
  check_equal(co_await background(forty_two), 42);
  check_equal(co_await in_context(Context::current(), forty_two), 42);
}

namespace {

// A wait that cannot be copied, and whose value cannot be either.
class MoveOnlyWait final : public Wait {
 public:
  explicit MoveOnlyWait(int value) : value_(std::make_unique<int>(value)) {}
  MoveOnlyWait(MoveOnlyWait&&) = default;
  ~MoveOnlyWait() = default;
  std::unique_ptr<int> await_resume() { return std::move(value_); }

 private:
  void start() override { complete(); }
  Stop stop() override { return Stop::stopped; }

  std::unique_ptr<int> value_;
};

} // namespace

WASIO_TEST("C16", "a wait may be move-only, awaited directly and in every combinator") {
  check_equal(*co_await MoveOnlyWait(1), 1);
  check_equal(*(co_await attempt(MoveOnlyWait(2))).value(), 2);
  check_equal(**co_await move_on_after(1h, MoveOnlyWait(3)), 3);
  check_equal(*co_await guard(MoveOnlyWait(4), [] {}), 4);
  const auto both = co_await gather(MoveOnlyWait(5), MoveOnlyWait(6));
  check_equal(*std::get<0>(both) + *std::get<1>(both), 11);
  std::vector<MoveOnlyWait> waits;
  for (int i = 0; i < 3; ++i) waits.emplace_back(i);
  check_equal(*(co_await gather(std::move(waits)))[2], 2);
  check_equal(*std::get<0>(co_await race(MoveOnlyWait(7))), 7);
  co_await task_group([](TaskGroup& group) -> Task<> {
    auto handle = group.spawn(MoveOnlyWait(8));
    check_equal(*co_await std::move(handle), 8);
  });
}

} // namespace conformance
