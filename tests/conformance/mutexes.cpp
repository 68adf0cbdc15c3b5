// C120, C121: mutexes.
#include "sync_support.h"

namespace conformance {

WASIO_TEST("C120", "a mutex is handed over in FIFO order") {
  Mutex mutex;
  Log log;
  co_await task_group([&](TaskGroup& group) {
    for (const char* name : {"a", "b", "c"}) group.spawn(in_turn(mutex, log, name));
  });
  check_equal(log, "+a -a +b -b +c -c");
  check(!mutex.locked());
}

WASIO_TEST("C120", "a task that releases a mutex and locks it again queues behind its waiters") {
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

WASIO_TEST("C120", "a cancelled waiter leaves the queue, and the others are not affected") {
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

// Tasks "a" and "b" wait for a mutex; `act` receives the mutex, its lock, and the handle of "a".
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
           "a waiter cancelled after the hand-over has the mutex until its next checkpoint") {
  Log log;
  co_await with_two_waiting(log, [](Mutex& mutex, MutexLock& lock, TaskHandle<>& first) {
    lock.release();
    first.cancel();
    check(mutex.locked());
  });
  check_equal(log, "+a +b -b");
}

WASIO_TEST("C120", "if a waiter is cancelled before the release, the mutex goes to the next") {
  Log log;
  co_await with_two_waiting(log, [](Mutex&, MutexLock& lock, TaskHandle<>& first) {
    first.cancel();
    lock.release();
  });
  check_equal(log, "+b -b");
}

WASIO_TEST("C120", "in a cancelled scope, a free mutex is not taken") {
  Mutex mutex;
  CancelScope scope;
  scope.cancel();
  check(!co_await scope.run([&]() -> Task<> {
    auto lock = co_await mutex.lock();
    check(false);
  }));
  check(!mutex.locked());
}

WASIO_TEST("C120", "a lock releases its mutex on every way out") {
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

WASIO_TEST("C120", "a lock can be moved, and releases once") {
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

WASIO_TEST("C120", "locking a mutex again in the task that holds it fails with misuse") {
  Mutex mutex;
  auto lock = co_await mutex.lock();
  check_error(co_await attempt([&]() -> Task<> { auto again = co_await mutex.lock(); }),
              errors::misuse);
  check(!mutex.try_lock());
}

WASIO_TEST("C121", "a task that ends without releasing breaks the mutex, and the error names it") {
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

WASIO_TEST("C121", "a lock passed on before its task ends does not break the mutex") {
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

WASIO_TEST("C121", "a mutex may be destroyed before its lock, which then holds nothing") {
  MutexLock lock;
  {
    Mutex mutex;
    lock = co_await mutex.lock();
  }
  check(!lock);
}

} // namespace conformance
