// C85 to C91: the order of steps, timers, budgets and deadlocks.
#include "support.h"
#include <wasio/runtime.h>

#include <algorithm>
#include <random>

namespace conformance {

WASIO_TEST("C85",
           "tasks run in FIFO order; one that becomes ready during a pass runs in the next") {
  Log log;
  const auto steps = [&](std::string name) -> Task<> {
    for (int i = 0; i < 3; ++i) {
      log.add(name, i);
      co_await checkpoint();
    }
  };
  co_await task_group([&](TaskGroup& group) {
    for (const char* name : {"a", "b", "c"}) group.spawn(steps(name));
  });
  check_equal(log, "a0 b0 c0 a1 b1 c1 a2 b2 c2");
}

WASIO_TEST("C85", "a task woken by another is enqueued behind the tasks already ready") {
  Log log;
  HandEvent event;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      co_await event.wait();
      log.add("woken");
    });
    co_await checkpoint();
    for (int i = 0; i < 3; ++i) {
      group.spawn([&log, i]() -> Task<> {
        log.add(i);
        co_return;
      });
    }
    event.set();
    co_await checkpoint();
    log.add("body");
  });
  check_equal(log, "0 1 2 woken body");
}

WASIO_VIRTUAL_TEST("C85", "a task whose timer is due is enqueued behind the tasks already ready") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      co_await sleep(0s);
      log.add("due");
    });
    co_await checkpoint();
    group.spawn([&]() -> Task<> {
      for (int i = 0; i < 3; ++i) {
        log.add("ready", i);
        co_await checkpoint();
      }
    });
  });
  // However many steps lie between, what was ready when the timer came due runs first.
  check(log.text().starts_with("ready0"));
  check(log.text().contains("due"));
}

WASIO_VIRTUAL_TEST("C86",
                   "timers fire in deadline order, ties in the order they were set, none early") {
  Log log;
  const Instant start = now();
  co_await task_group([&](TaskGroup& group) {
    const int delays[] = {5, 3, 5, 1, 3, 5, 1};
    for (int i = 0; i < 7; ++i) {
      group.spawn([&log, start, i, delay = delays[i]]() -> Task<> {
        co_await sleep(1ms * delay);
        check_equal((now() - start).nanoseconds(), Duration(1ms * delay).nanoseconds());
        log.add(i);
      });
    }
  });
  check_equal(log, "3 6 1 4 0 2 5");
}

WASIO_TEST("C86", "no sleep ends early on the host's clock") {
  for (const Duration span : {Duration(0s), Duration(100us), Duration(1ms), Duration(2500us)}) {
    const Instant start = now();
    co_await sleep(span);
    check(now() >= start + span);
    co_await sleep_until(start + span);
    check(now() >= start + span);
  }
}

// A host that always wakes us a second late.
class LateLoop final : public PulledLoop {
 public:
  Instant now() override { return now_; }
  bool between_steps() override { return false; }
  bool wait_until(Instant deadline) override {
    now_ = deadline + 1s;
    return !deadline.is_never();
  }

 private:
  Instant now_ = Instant::at(0);
};

WASIO_TEST("C86", "timers fire in deadline order even if all of them are late") {
  Log log;
  LateLoop loop;
  const auto body = [&]() -> Task<> {
    co_await task_group([&](TaskGroup& group) {
      for (const int delay : {4, 2, 3, 1}) {
        group.spawn([&log, delay]() -> Task<> {
          co_await sleep(1ms * delay);
          log.add(delay);
        });
      }
    });
  };
  detail::MainTask<decltype(body)> main(std::in_place, body);
  detail::run_main(loop, main);
  check(main.outcome().has_value());
  check_equal(log, "1 2 3 4");
  co_return;
}

WASIO_VIRTUAL_TEST("C86", "past and negative deadlines count as now, in the order they were set") {
  Log log;
  co_await sleep(1s);
  const Instant start = now();
  const auto noting = [&](std::string name, auto wait) -> Task<> {
    co_await wait;
    log.add(name);
  };
  co_await task_group([&](TaskGroup& group) {
    group.spawn(noting("zero", sleep(0s)));
    group.spawn(noting("past", sleep_until(Instant::at(3))));
    group.spawn(noting("negative", sleep(-5s)));
    group.spawn(noting("longer-past", sleep_until(Instant::at(1))));
    group.spawn(noting("now", sleep_until(start)));
  });
  check_equal(log, "zero past negative longer-past now");
  check(now() == start);
}

WASIO_VIRTUAL_TEST("C86", "timers set and cancelled at random fire in order") {
  std::mt19937 random(7);
  std::vector<std::int64_t> fired;
  int cancelled = 0;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    std::vector<TaskHandle<>> handles;
    for (int i = 0; i < 2'000; ++i) {
      const auto delay = 1us * static_cast<int>(random() % 500 + 1);
      handles.push_back(group.spawn([&fired, delay]() -> Task<> {
        co_await sleep(delay);
        fired.push_back(now().nanoseconds());
      }));
    }
    co_await checkpoint();
    for (auto& handle : handles)
      if (random() % 3 == 0) cancelled += handle.cancel();
  });
  check(cancelled > 100);
  check_equal(fired.size(), 2'000u - static_cast<unsigned>(cancelled));
  check(std::ranges::is_sorted(fired));
}

namespace {

struct Mark final : detail::Timer {
  Instant when;
  std::int64_t set_at = 0; // the number of the set
  void due() override {}
};

bool is_due_before(const Mark* a, const Mark* b) {
  return std::pair(a->when, a->set_at) < std::pair(b->when, b->set_at);
}

} // namespace

WASIO_TEST("C86", "the timer heap agrees with a sorted list, however sets and cancels are mixed") {
  std::minstd_rand random(7); // the same sequence on every host
  detail::TimerHeap heap;
  std::vector<Mark> marks(300);
  std::vector<Mark*> armed;
  const auto disarm = [&](Mark& mark) { std::erase(armed, &mark); };
  for (std::int64_t turn = 0; turn < 20'000; ++turn) {
    Mark& mark = marks[random() % marks.size()];
    const auto what = random() % 8;
    if (what < 4) {
      disarm(mark);
      mark.when = Instant::at(static_cast<std::int64_t>(random() % 50));
      mark.set_at = turn;
      check(heap.set(mark, mark.when, detail::TimerRank::sleep));
      armed.push_back(&mark);
    } else if (what < 6) {
      disarm(mark);
      heap.cancel(mark);
    } else if (!armed.empty()) {
      Mark& first = **std::ranges::min_element(armed, is_due_before);
      check(heap.next() == first.when);
      if (what == 7) {
        check(&heap.take_first() == &first);
        disarm(first);
      }
    }
    check_equal(heap.size(), armed.size());
    for (const Mark* each : armed) check(heap.when(*each) == each->when);
  }
  for (Mark& mark : marks) heap.cancel(mark);
  check(heap.next().is_never());
  co_return;
}

WASIO_TEST("C87", "100,000 timers set and cancelled leave no trace") {
  constexpr int count = 100'000;
  Runtime& runtime = Runtime::current();
  const std::size_t before = runtime.timer_count();
  co_await task_group([&](TaskGroup& group) -> Task<> {
    for (int i = 0; i < count; ++i) group.spawn(sleep(1h + 1ms * (i % 977)));
    co_await checkpoint();
    check_equal(runtime.timer_count(), before + count);
    group.cancel();
  });
  check_equal(runtime.timer_count(), before);
}

WASIO_TEST("C87", "100,000 deadlines around work that ends immediately leave no trace") {
  const std::size_t before = Runtime::current().timer_count();
  for (int i = 0; i < 100'000; ++i) co_await fail_after(1h, value_of(1));
  check_equal(Runtime::current().timer_count(), before);
}

WASIO_TEST("C88", "two ready tasks that call checkpoint alternate strictly") {
  std::string order;
  const auto steps = [&](char name) -> Task<> {
    for (int i = 0; i < 1'000; ++i) {
      order += name;
      co_await checkpoint();
    }
  };
  co_await gather(steps('a'), steps('b'));
  check_equal(order.size(), 2'000u);
  check(!order.contains("aa") && !order.contains("bb"));
}

WASIO_TEST("C88", "a task whose operations are always ready yields after exactly 64 of them") {
  std::vector<int> operations_between;
  bool done = false;
  int operations = 0;
  co_await gather(
      [&]() -> Task<> {
        auto [sender, receiver] = channel<int>(1);
        for (int i = 0; i < 320; ++i) {
          co_await sender.send(i);
          ++operations;
          co_await receiver.receive();
          ++operations;
        }
        done = true;
      },
      [&]() -> Task<> {
        int seen = 0;
        while (!done) {
          operations_between.push_back(operations - std::exchange(seen, operations));
          co_await checkpoint();
        }
      });
  // 640 operations, 64 at a time.
  check_equal(operations_between, std::vector<int>(9, 64));
}

WASIO_TEST("C88", "awaiting Tasks and entering combinators consumes no budget") {
  bool other_ran = false;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      other_ran = true;
      co_return;
    });
    for (int i = 0; i < 1'000; ++i) {
      co_await value_of(i);
      co_await attempt(move_on_after(1h, value_of(i)));
    }
    check(!other_ran);
  });
  check(other_ran);
}

WASIO_VIRTUAL_TEST("C89",
                   "very long sleeps work, and infinite ones last until they are cancelled") {
  const Instant start = now();
  co_await sleep(24h * 365 * 100);
  check_equal((now() - start).nanoseconds(), Duration(24h * 365 * 100).nanoseconds());
  check(!co_await move_on_after(1s, sleep(Duration::forever())));
  check(!co_await move_on_after(1s, sleep_until(Instant::never())));
  check(!co_await move_on_after(1s, sleep(std::chrono::hours::max())));
  check(!co_await move_on_after(1s, sleep(std::chrono::nanoseconds::max() - 1ns)));
  check(!co_await move_on_after(1s, sleep(std::chrono::duration<double>(1e300))));
  check(co_await move_on_after(std::chrono::hours::max(), sleep(1s)));
}

WASIO_TEST("C89", "very long and infinite sleeps can be cancelled on the host's clock too") {
  check(!co_await move_on_after(1ms, sleep(24h * 365 * 200)));
  check(!co_await move_on_after(1ms, sleep(Duration::forever())));
  check(!co_await move_on_after(1ms, sleep(std::chrono::nanoseconds::max() - 1ns)));
  check(!co_await move_on_after(1ms, sleep(std::chrono::nanoseconds::max() - 2ns)));
  check(co_await move_on_after(Duration::forever(), sleep(1ms)));
  check(co_await move_on_after(std::chrono::nanoseconds::max() - 1ns, sleep(1ms)));
}

WASIO_TEST("C90", "if all tasks are blocked and nothing is armed, one error names them") {
  HandEvent event;
  const auto ended = run_virtually([&]() -> Task<> { co_await event.wait(); });
  check_error(ended, errors::deadlock);
  if (WASIO_PLACES != 0) check(describe(ended.error()).contains("loop.cpp:"));
  co_return;
}

WASIO_TEST("C90", "the tasks and what they wait for can be described at any time") {
  co_await task_group([](TaskGroup& group) -> Task<> {
    group.spawn(sleep_long());
    co_await checkpoint();
    co_await value_of(1);
    const std::string text = dump_tasks();
    if (WASIO_PLACES != 0) check(text.contains("sleep_long") && text.contains("support.h:"));
    group.cancel();
  });
}

WASIO_TEST("C90", "a deadlock ends every task in order, cleanups included") {
  Log log;
  const auto ended = run_virtually([&]() -> Task<> {
    auto [sender, receiver] = channel<int>(0);
    co_await guard(
        [&]() -> Task<> {
          const Noisy noisy(log, "body");
          co_await receiver.receive();
        },
        [&]() -> Task<> {
          co_await sleep(1ms);
          log.add("cleanup");
        });
  });
  check_error(ended, errors::deadlock);
  check_equal(log, "~body cleanup");
  co_return;
}

WASIO_TEST("C90", "two tasks that await each other are a deadlock, not a hang") {
  const auto ended = run_virtually(task_group([](TaskGroup& group) -> Task<> {
    TaskHandle<> first;
    TaskHandle<> second;
    first = group.spawn([&]() -> Task<> { co_await second; });
    second = group.spawn([&]() -> Task<> { co_await first; });
    co_await group.join();
  }));
  check_error(ended, errors::deadlock);
  co_return;
}

// A host whose time slice is always used up.
class HastyLoop final : public PulledLoop {
 public:
  Instant now() override { return Instant::at(0); }
  bool between_steps() override { return true; }
  bool wait_until(Instant) override { return false; }
};

WASIO_TEST("C91", "all blocked is noticed even if the time slice ends with the last ready task") {
  for (int steps = 0; steps < 130; ++steps) {
    HastyLoop loop;
    bool seen = false;
    const auto body = [&]() -> Task<> {
      co_await let_others_run(steps);
      co_await wait_all_tasks_blocked();
      seen = true;
    };
    detail::MainTask<decltype(body)> main(std::in_place, body);
    detail::run_main(loop, main);
    check(seen && main.outcome().has_value());
  }
  co_return;
}

} // namespace conformance
