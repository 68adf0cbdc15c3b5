// C120 to C122: events, locks, semaphores, limiters, conditions, barriers.
#include "support.h"

#include <random>

namespace conformance {

// Waits for `work` and logs its name when it has come.
template <class W>
Task<> logged(Log& log, std::string name, W work) {
  co_await std::move(work);
  log.add(name);
}

Task<> in_turn(Mutex& mutex, Log& log, std::string name, int steps = 2) {
  auto lock = co_await mutex.lock();
  log.add('+', name);
  co_await let_others_run(steps);
  log.add('-', name);
}

WASIO_TEST("C120",
           "an event lets all go on in the order in which they came, and those who come later") {
  Event event;
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    for (const char* name : {"a", "b", "c"}) group.spawn(logged(log, name, event.wait()));
    co_await let_others_run();
    check_equal(event.waiting(), 3u);
    check_equal(log, "");
    event.set();
    check_equal(log, "");
  });
  check_equal(log, "a b c");
  check(event.is_set());
  co_await event.wait();
}

WASIO_TEST("C120", "who waited when an event was set goes on, even if it is cleared at once") {
  Event event;
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(logged(log, "early", event.wait()));
    co_await checkpoint();
    event.set();
    event.clear();
    auto late = group.spawn(logged(log, "late", event.wait()));
    co_await let_others_run();
    check_equal(log, "early");
    check(!event.is_set());
    late.cancel();
  });
  check_equal(event.waiting(), 0u);
}

WASIO_TEST("C120", "a mutex is handed over in the order in which it was asked for") {
  Mutex mutex;
  Log log;
  co_await task_group([&](TaskGroup& group) {
    for (const char* name : {"a", "b", "c"}) group.spawn(in_turn(mutex, log, name));
  });
  check_equal(log, "+a -a +b -b +c -c");
  check(!mutex.locked());
}

WASIO_TEST("C120", "who releases a mutex and asks again stands behind those who wait") {
  Mutex mutex;
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto lock = co_await mutex.lock();
    group.spawn(in_turn(mutex, log, "b"));
    co_await checkpoint();
    check_equal(mutex.waiting(), 1u);
    lock.release();
    check(mutex.locked());
    check(!mutex.try_lock());
    lock = co_await mutex.lock();
    log.add("again");
  });
  check_equal(log, "+b -b again");
}

WASIO_TEST("C120", "a cancelled waiter leaves the line, and the others do not notice") {
  Mutex mutex;
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto lock = co_await mutex.lock();
    group.spawn(in_turn(mutex, log, "a"));
    auto b = group.spawn(in_turn(mutex, log, "b"));
    group.spawn(in_turn(mutex, log, "c"));
    co_await checkpoint();
    b.cancel();
    check_equal(mutex.waiting(), 2u);
  });
  check_equal(log, "+a -a +c -c");
}

// "a" and "b" wait for a mutex; `act` gets it, its lock, and the first of them.
template <class F>
Task<> with_two_waiting(Log& log, F act) {
  Mutex mutex;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto lock = co_await mutex.lock();
    auto first = group.spawn(in_turn(mutex, log, "a"));
    group.spawn(in_turn(mutex, log, "b"));
    co_await checkpoint();
    act(mutex, lock, first);
  });
}

WASIO_TEST("C120",
           "a cancel after the hand-over: it has the mutex, and its next checkpoint ends it") {
  Log log;
  co_await with_two_waiting(log, [](Mutex& mutex, MutexLock& lock, TaskHandle<>& first) {
    lock.release();
    first.cancel();
    check(mutex.locked());
  });
  check_equal(log, "+a +b -b");
}

WASIO_TEST("C120", "a cancel before the release: the mutex goes to the next") {
  Log log;
  co_await with_two_waiting(log, [](Mutex&, MutexLock& lock, TaskHandle<>& first) {
    first.cancel();
    lock.release();
  });
  check_equal(log, "+b -b");
}

WASIO_TEST("C120", "in a cancelled scope a free mutex is not taken") {
  Mutex mutex;
  CancelScope scope;
  scope.cancel();
  check(!co_await scope.run([&]() -> Task<> {
    auto lock = co_await mutex.lock();
    check(false);
  }));
  check(!mutex.locked());
}

WASIO_TEST("C120", "a lock releases on every way out") {
  Mutex mutex;
  check_error(co_await attempt([&]() -> Task<> {
                auto lock = co_await mutex.lock();
                co_await fail(broken);
              }),
              broken);
  check(!mutex.locked());
  co_await move_on_after(Duration(), [&]() -> Task<> {
    const Result<> shielded = co_await attempt(shield([&]() -> Task<> {
      auto lock = co_await mutex.lock();
      co_await checkpoint();
    }));
    check(shielded.has_value());
    co_await sleep_long();
  });
  check(!mutex.locked());
}

WASIO_TEST("C120", "a lock moves, and releases once") {
  Mutex mutex;
  auto lock = co_await mutex.lock();
  MutexLock other = std::move(lock);
  check(!lock && other);
  lock = std::move(other);
  MutexLock& same = lock;
  lock = std::move(same);
  check(lock && mutex.locked());
  lock.release();
  check(!lock && !mutex.locked());
  lock = mutex.try_lock();
  check(bool(lock));
  lock = MutexLock();
  check(!mutex.locked());
}

WASIO_TEST("C120", "a mutex locked again by the task that holds it fails with misuse") {
  Mutex mutex;
  auto lock = co_await mutex.lock();
  check_error(co_await attempt([&]() -> Task<> { auto again = co_await mutex.lock(); }),
              errors::misuse);
  check(!mutex.try_lock());
}

WASIO_TEST("C120", "a semaphore lets so many in, first come first served") {
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

WASIO_TEST("C120", "a permit goes to the first in line, and nobody can slip in between") {
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
           "a cancelled wait for a permit leaves the line; one that was granted gives it back") {
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

WASIO_TEST("C120", "permits may be forgotten, and released by others") {
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

WASIO_TEST("C121", "a holder that ends without releasing breaks the mutex by name") {
  Mutex mutex;
  MutexLock kept;
  std::vector<Error> failed;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(
        [&]() -> Task<> {
          kept = co_await mutex.lock();
          co_await let_others_run();
        },
        {.name = "careless"});
    co_await checkpoint();
    for (int i = 0; i < 2; ++i) {
      group.spawn([&]() -> Task<> {
        auto result = co_await attempt([&]() -> Task<> { auto lock = co_await mutex.lock(); });
        check_error(result, errors::broken);
        if (!result) failed.push_back(result.error());
      });
    }
  });
  check_equal(failed.size(), 2u);
  for (const Error& error : failed)
    check(error.message().find("careless") != std::string_view::npos);
  check(!kept && !mutex.locked() && !mutex.try_lock());
  check_error(co_await attempt([&]() -> Task<> { auto lock = co_await mutex.lock(); }),
              errors::broken);
}

WASIO_TEST("C121", "a lock that was handed on in time does not break its mutex") {
  Mutex mutex;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    co_await group.spawn([&]() -> Task<> {
      auto lock = co_await mutex.lock();
      co_await group.spawn(
          [](MutexLock lock) -> Task<> { co_await checkpoint(); }(std::move(lock)));
    });
  });
  auto lock = co_await mutex.lock();
  check(bool(lock));
}

WASIO_TEST("C121", "the mutex may go before its lock, which then holds nothing") {
  MutexLock lock;
  {
    Mutex mutex;
    lock = co_await mutex.lock();
  }
  check(!lock);
}

WASIO_TEST("C121", "who waits for what is destroyed fails with misuse") {
  auto event = std::make_unique<Event>();
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto waits = group.spawn(
        [&]() -> Task<> { check_error(co_await attempt(event->wait()), errors::misuse); });
    co_await checkpoint();
    event.reset();
    co_await waits;
  });
}

WASIO_TEST("C122", "a limiter is adjusted while it is used") {
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

WASIO_TEST("C122", "a barrier lets its parties go on together, round after round") {
  Barrier barrier(3);
  Log log;
  co_await task_group([&](TaskGroup& group) {
    for (const char* name : {"a", "b", "c"}) {
      group.spawn([&, name]() -> Task<> {
        for (int round = 0; round < 2; ++round) {
          log.add(name, round);
          const std::size_t place = co_await barrier.wait();
          check_equal(place < 3, true);
        }
      });
    }
  });
  const std::string text = log.text();
  check(text.find("1") > text.find("c0"));
  check_equal(barrier.waiting(), 0u);
}

WASIO_TEST("C122", "a barrier gives each party its place") {
  Barrier barrier(3);
  const auto [a, b, c] = co_await gather(barrier.wait(), barrier.wait(), barrier.wait());
  check_equal(std::vector{a, b, c}, std::vector<std::size_t>{0, 1, 2});
}

WASIO_TEST("C122", "a party that is cancelled has not come; the others wait for another one") {
  Barrier barrier(3);
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(logged(log, "a", barrier.wait()));
    auto cancelled = group.spawn(logged(log, "b", barrier.wait()));
    co_await checkpoint();
    cancelled.cancel();
    group.spawn(logged(log, "c", barrier.wait()));
    co_await let_others_run();
    check_equal(log, "");
    check_equal(barrier.waiting(), 2u);
    group.spawn(logged(log, "d", barrier.wait()));
  });
  check_equal(log, "d a c"); // the last one does not wait
}

WASIO_TEST("C122", "a condition wakes in order, each with the lock") {
  Mutex mutex;
  Condition condition(mutex);
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    for (const char* name : {"a", "b", "c"}) {
      group.spawn([&, name]() -> Task<> {
        auto lock = co_await mutex.lock();
        co_await condition.wait(lock);
        check(lock && mutex.locked());
        log.add('+', name);
        co_await let_others_run();
        log.add('-', name);
      });
    }
    co_await let_others_run();
    check_equal(condition.waiting(), 3u);
    check(!mutex.locked());
    condition.notify();
    co_await let_others_run(6);
    check_equal(log.take(), "+a -a");
    auto lock = co_await mutex.lock();
    condition.notify_all();
    co_await let_others_run();
    check_equal(log.take(), "");
    check_equal(mutex.waiting(), 2u);
  });
  check_equal(log, "+b -b +c -c");
}

WASIO_TEST("C122", "waiting for a state looks at it with the lock, first and after every notify") {
  Mutex mutex;
  Condition condition(mutex);
  int state = 0;
  int looks = 0;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      auto lock = co_await mutex.lock();
      co_await condition.wait(lock, [&] {
        ++looks;
        check(mutex.locked());
        return state == 2;
      });
      check(bool(lock));
    });
    for (state = 0; state < 2;) {
      co_await let_others_run();
      ++state;
      condition.notify();
    }
  });
  check_equal(looks, 3);
}

WASIO_TEST("C122",
           "a cancelled wait for a condition has the lock again before anything is destroyed") {
  Mutex mutex;
  Condition condition(mutex);
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto waits = group.spawn([&]() -> Task<> {
      auto lock = co_await mutex.lock();
      const AtExit leaves([&] { log.add(lock ? "with" : "without"); });
      co_await condition.wait(lock);
    });
    co_await checkpoint();
    auto lock = co_await mutex.lock();
    waits.cancel();
    co_await let_others_run();
    check_equal(log, "");
    check_equal(condition.waiting(), 0u);
    check_equal(mutex.waiting(), 1u);
    lock.release();
    co_await let_others_run();
    check_equal(log, "with");
    check(!mutex.locked());
  });
}

WASIO_TEST("C122",
           "a wait for a condition cancelled after its notify still takes its turn for the lock") {
  Mutex mutex;
  Condition condition(mutex);
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto waits = group.spawn([&]() -> Task<> {
      auto lock = co_await mutex.lock();
      const AtExit leaves([&] { log.add(lock ? "with" : "without"); });
      co_await condition.wait(lock);
      log.add("went on");
    });
    co_await checkpoint();
    auto lock = co_await mutex.lock();
    condition.notify();
    waits.cancel();
    group.spawn(in_turn(mutex, log, "next"));
    co_await checkpoint();
  });
  check_equal(log, "with +next -next");
}

WASIO_TEST("C122", "a wait for a condition without the lock is misuse") {
  Mutex mutex;
  Mutex other;
  Condition condition(mutex);
  MutexLock none;
  check_error(co_await attempt(condition.wait(none)), errors::misuse);
  auto wrong = co_await other.lock();
  check_error(co_await attempt(condition.wait(wrong)), errors::misuse);
  check(bool(wrong));
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
