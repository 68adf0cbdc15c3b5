// C122: conditions.
#include "sync_support.h"

namespace conformance {

WASIO_TEST("C122", "a condition wakes its waiters in FIFO order, each with the lock") {
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

WASIO_TEST("C122", "a wait for a state checks it with the lock, first and after every notify") {
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

// Logs whether it went on, and whether it has the lock when its variables are destroyed.
static Task<> wait_for(Condition& condition, Mutex& mutex, Log& log) {
  auto lock = co_await mutex.lock();
  const AtExit leaves([&] { log.add(lock ? "with" : "without"); });
  co_await condition.wait(lock);
  log.add("went on");
}

WASIO_TEST("C122",
           "a cancelled wait for a condition has the lock back before anything is destroyed") {
  Mutex mutex;
  Condition condition(mutex);
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto waits = group.spawn(wait_for(condition, mutex, log));
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
    auto waits = group.spawn(wait_for(condition, mutex, log));
    co_await checkpoint();
    auto lock = co_await mutex.lock();
    condition.notify();
    waits.cancel();
    group.spawn(in_turn(mutex, log, "next"));
    co_await checkpoint();
  });
  check_equal(log, "with +next -next");
}

WASIO_TEST("C122", "a wait for a condition without the lock fails with misuse") {
  Mutex mutex;
  Mutex other;
  Condition condition(mutex);
  MutexLock none;
  check_error(co_await attempt(condition.wait(none)), errors::misuse);
  auto wrong = co_await other.lock();
  check_error(co_await attempt(condition.wait(wrong)), errors::misuse);
  check(bool(wrong));
}

} // namespace conformance
