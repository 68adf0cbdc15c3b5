// C120, C122: semaphores and capacity limiters.
#include "support.h"

#include <algorithm>
#include <random>

namespace conformance {

WASIO_TEST("C120", "a semaphore admits as many as it has permits, in FIFO order") {
  Semaphore semaphore(2);
  Log log;
  int inside = 0;
  int most = 0;
  co_await task_group([&](TaskGroup& group) {
    for (const char* name : {"a", "b", "c", "d", "e"}) {
      group.spawn([&, name]() -> Task<> {
        auto permit = co_await semaphore.acquire();
        log.add(name);
        most = std::max(most, ++inside);
        co_await let_others_run();
        --inside;
      });
    }
  });
  check_equal(log, "a b c d e");
  check_equal(most, 2);
  check_equal(semaphore.available(), 2u);
}

WASIO_TEST("C120", "a permit goes to the first waiter, and no other task can take it first") {
  Semaphore semaphore(1);
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto permit = co_await semaphore.acquire();
    group.spawn([&]() -> Task<> {
      auto mine = co_await semaphore.acquire();
      log.add("b");
      co_await checkpoint();
    });
    co_await checkpoint();
    permit.release();
    check_equal(semaphore.available(), 0u);
    check(!semaphore.try_acquire());
    permit = co_await semaphore.acquire();
    log.add("again");
  });
  check_equal(log, "b again");
}

WASIO_TEST("C120",
           "a cancelled acquire leaves the queue; if already granted, it returns its permit") {
  Semaphore semaphore(1);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto permit = co_await semaphore.acquire();
    const auto use = [&]() -> Task<> {
      auto mine = co_await semaphore.acquire();
      co_await checkpoint();
    };
    auto first = group.spawn(use);
    auto second = group.spawn(use);
    co_await checkpoint();
    first.cancel();
    permit.release();
    second.cancel();
    check_equal(semaphore.available(), 0u);
    co_await let_others_run();
    check_equal(semaphore.available(), 1u);
  });
}

WASIO_TEST("C120", "permits can be forgotten, and released by other tasks") {
  Semaphore items(0, 3);
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      for (int i = 0; i < 3; ++i) {
        auto item = co_await items.acquire();
        item.forget();
        log.add(i);
      }
    });
    co_await let_others_run();
    items.release(2);
    co_await let_others_run();
    check_equal(log, "0 1");
    items.release();
  });
  check_equal(log, "0 1 2");
  check_equal(items.available(), 0u);
}

WASIO_TEST("C122", "a limiter can be adjusted while it is in use") {
  CapacityLimiter limiter(1);
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    std::vector<Permit> held;
    for (int i = 0; i < 5; ++i) {
      group.spawn([&, i]() -> Task<> {
        held.push_back(co_await limiter.acquire());
        log.add(i);
      });
    }
    co_await let_others_run();
    check_equal(log.take(), "0");
    limiter.set_total(3);
    co_await let_others_run();
    check_equal(log.take(), "1 2");
    limiter.set_total(1);
    check_equal(limiter.borrowed(), 3u);
    check_equal(limiter.available(), 0u);
    held.pop_back();
    held.pop_back();
    co_await let_others_run();
    check_equal(log.take(), "");
    check_equal(limiter.waiting(), 2u);
    held.pop_back();
    co_await let_others_run();
    check_equal(log.take(), "3");
    limiter.set_total(0);
    held.clear();
    co_await let_others_run();
    check_equal(log.take(), "");
    limiter.set_total(100);
    co_await let_others_run();
    check_equal(log.take(), "4");
    check_equal(limiter.total(), 100u);
    check_equal(limiter.available(), 99u);
    held.clear();
  });
}

WASIO_TEST("C120", "random cancels lose no permit and no mutex") {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::minstd_rand random(seed);
    Semaphore semaphore(3);
    CapacityLimiter limiter(2);
    Mutex mutex;
    int inside = 0;
    co_await task_group([&](TaskGroup& group) -> Task<> {
      std::vector<TaskHandle<>> tasks;
      for (int i = 0; i < 60; ++i) {
        tasks.push_back(group.spawn([&]() -> Task<> {
          auto permit = co_await semaphore.acquire();
          auto borrowed = co_await limiter.acquire();
          auto lock = co_await mutex.lock();
          check_equal(++inside, 1);
          const AtExit leaves([&] { --inside; });
          co_await checkpoint();
        }));
        if (random() % 2) tasks[random() % tasks.size()].cancel();
        if (random() % 3 == 0) limiter.set_total(1 + random() % 3);
        if (random() % 2) co_await checkpoint();
      }
    });
    check_equal(semaphore.available(), 3u);
    check_equal(limiter.borrowed(), 0u);
    check_equal(inside, 0);
    check(!mutex.locked());
  }
}

} // namespace conformance
