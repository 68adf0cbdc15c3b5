// Adversarial schedules: user-defined waits, and handles that are shared, awaited and kept.
//
// Each test is filed under the statement that it stresses. Where the statements are silent, it
// checks what a user of Trio would expect.
#include "support.h"

namespace conformance {

// User-defined waits.

WASIO_TEST("C66", "a wait may fail or complete while it starts, in every state of the budget") {
  class Ready final : public Wait {
   public:
    explicit Ready(bool fails) : fails_(fails) {}
    int await_resume() const { return 1; }

   private:
    void start() override {
      if (fails_) return fail(Error(broken));
      complete();
    }
    Stop stop() override { return Stop::stopped; }
    bool fails_;
  };
  int sum = 0;
  int failed = 0;
  for (int i = 0; i < 200; ++i) {
    sum += co_await Ready(false);
    auto ended = co_await attempt(Ready(true));
    failed += !ended;
  }
  check_equal(sum, 200);
  check_equal(failed, 200);
}

WASIO_TEST("C66", "one Wait object can be awaited several times") {
  class Twice final : public Wait {
   public:
    void await_resume() const noexcept {}
    int starts = 0;

   private:
    void start() override {
      if (++starts == 1) return fail(Error(broken));
      complete();
    }
    Stop stop() override { return Stop::stopped; }
  };
  Twice wait;
  check_error(co_await attempt([&]() -> Task<> { co_await wait; }), broken);
  co_await wait;
  co_await wait;
  check_equal(wait.starts, 3);
}

// Handles.

WASIO_TEST("C4", "tasks that await one handle all get the value, in FIFO order") {
  Log log;
  HandEvent event;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto task = group.spawn([&]() -> Task<std::string> {
      co_await event.wait();
      co_return "value";
    });
    std::vector<TaskHandle<>> awaiters;
    for (const int i : {0, 1, 2, 3}) {
      awaiters.push_back(group.spawn([&log, task, i]() -> Task<> {
        const std::string& value = co_await task;
        log.add(i, value);
      }));
    }
    co_await checkpoint();
    awaiters[1].cancel(); // a cancelled awaiter leaves the queue
    event.set();
    co_await let_others_run();
    check(awaiters[1].cancelled());
  });
  check_equal(log, "0value 2value 3value");
}

WASIO_TEST("C4", "a copy of a handle in a combinator leaves the value to the other handles") {
  co_await task_group([](TaskGroup& group) -> Task<> {
    auto task = group.spawn([]() -> Task<std::string> {
      co_return "a text too long for the small buffer of a string";
    });
    const std::string first = co_await fail_after(1h, task);
    const auto [second] = co_await gather(task);
    check_equal(first, second);
    check(task.result() == first);
  });
}

WASIO_TEST("C5", "a task that awaits its own handle gets an error, not a deadlock") {
  co_await task_group([](TaskGroup& group) -> Task<> {
    TaskHandle<> self;
    self = group.spawn([&]() -> Task<> {
      auto ended = co_await attempt(self);
      check_error(ended, errors::misuse);
    });
    co_await group.join();
  });
}

WASIO_TEST("C33", "cancelling the awaiter of a handle leaves the task running") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto task = group.spawn([&]() -> Task<int> {
      co_await let_others_run(5);
      log.add("done");
      co_return 1;
    });
    check(!co_await move_on_after(0s, [&]() -> Task<> { co_await task; }));
    check(!task.done());
    check_equal(co_await task, 1);
  });
  check_equal(log, "done");
}

WASIO_TEST("C9", "handles outlive their group and still hold the values and errors") {
  std::vector<TaskHandle<std::unique_ptr<int>>> handles;
  Log log;
  auto ended = co_await attempt(task_group([&](TaskGroup& group) -> Task<> {
    for (int i = 0; i < 3; ++i) {
      handles.push_back(group.spawn([i]() -> Task<std::unique_ptr<int>> {
        if (i == 2) co_await sleep(1h);
        if (i == 1) co_await fail(broken);
        co_return std::make_unique<int>(i);
      }));
    }
    co_await group.join();
  }));
  check_error(ended, errors::group);
  check_equal(*co_await handles[0], 0);
  check_error(std::move(handles[1]).result(), broken);
  check_error(std::move(handles[2]).result(), errors::task_cancelled);
}

} // namespace conformance
