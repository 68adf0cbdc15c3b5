// C127: shared mutexes.
#include "support.h"

namespace conformance {

Task<> read_in_turn(SharedMutex& mutex, Log& log, std::string name, int steps = 2) {
  auto lock = co_await mutex.lock_shared();
  log.add('+', name);
  co_await let_others_run(steps);
  log.add('-', name);
}

Task<> write_in_turn(SharedMutex& mutex, Log& log, std::string name, int steps = 2) {
  auto lock = co_await mutex.lock();
  log.add('+', name);
  co_await let_others_run(steps);
  log.add('-', name);
}

WASIO_TEST("C127", "readers hold it together, a writer alone") {
  SharedMutex mutex;
  Log log;
  co_await task_group([&](TaskGroup& group) {
    group.spawn(read_in_turn(mutex, log, "r1"));
    group.spawn(read_in_turn(mutex, log, "r2"));
    group.spawn(write_in_turn(mutex, log, "w1"));
    group.spawn(write_in_turn(mutex, log, "w2"));
  });
  check_equal(log, "+r1 +r2 -r1 -r2 +w1 -w1 +w2 -w2");
  check(!mutex.locked() && mutex.readers() == 0);
}

WASIO_TEST("C127", "a waiting writer makes later readers wait, and then they continue together") {
  SharedMutex mutex;
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(read_in_turn(mutex, log, "r1", 6));
    co_await checkpoint();
    group.spawn(write_in_turn(mutex, log, "w"));
    co_await checkpoint();
    check(!mutex.try_lock_shared());
    check(!mutex.try_lock());
    group.spawn(read_in_turn(mutex, log, "r2"));
    group.spawn(read_in_turn(mutex, log, "r3"));
  });
  check_equal(log, "+r1 -r1 +w -w +r2 +r3 -r2 -r3");
}

WASIO_TEST("C127", "when a waiting writer is cancelled, the readers behind it continue") {
  SharedMutex mutex;
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto lock = co_await mutex.lock_shared();
    auto writer = group.spawn(write_in_turn(mutex, log, "w"));
    group.spawn(read_in_turn(mutex, log, "r1"));
    group.spawn(read_in_turn(mutex, log, "r2"));
    group.spawn(write_in_turn(mutex, log, "w2"));
    co_await checkpoint();
    check_equal(mutex.waiting(), 4u);
    writer.cancel();
    check_equal(mutex.readers(), 3u);
    check_equal(mutex.waiting(), 1u);
    co_await let_others_run(5);
    check_equal(log.take(), "+r1 +r2 -r1 -r2");
  });
  check_equal(log, "+w2 -w2");
}

WASIO_TEST("C127", "the release hands over inside the call: no task can slip in between") {
  SharedMutex mutex;
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto lock = co_await mutex.lock();
    group.spawn(read_in_turn(mutex, log, "r"));
    group.spawn(write_in_turn(mutex, log, "w"));
    co_await checkpoint();
    lock.release();
    check_equal(mutex.readers(), 1u);
    check(!mutex.try_lock());
    lock = co_await mutex.lock();
    log.add("again");
  });
  check_equal(log, "+r -r +w -w again");
}

WASIO_TEST("C127", "what was handed over before a cancel is released by the task that got it") {
  SharedMutex mutex;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto lock = co_await mutex.lock();
    auto writer = group.spawn([&]() -> Task<> {
      auto mine = co_await mutex.lock();
      co_await checkpoint();
      check(false);
    });
    co_await checkpoint();
    lock.release();
    writer.cancel();
    check(mutex.locked());
  });
  check(!mutex.locked());
}

WASIO_TEST("C127", "a task that holds it exclusively and locks it again fails with misuse") {
  SharedMutex mutex;
  auto lock = co_await mutex.lock();
  check_error(co_await attempt(mutex.lock()), errors::misuse);
  check_error(co_await attempt(mutex.lock_shared()), errors::misuse);
  lock.release();
  check(bool(mutex.try_lock()));
}

WASIO_TEST("C127", "a writer that ends without releasing breaks it; a reader does not") {
  SharedMutex mutex;
  SharedLock read;
  ExclusiveLock write;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> { read = co_await mutex.lock_shared(); });
    co_await checkpoint();
    check_equal(mutex.readers(), 1u);
    read.release();
    group.spawn([&]() -> Task<> { write = co_await mutex.lock(); }, {.name = "careless"});
    group.spawn([&]() -> Task<> {
      const auto result = co_await attempt(mutex.lock_shared());
      check_error(result, errors::broken);
      check(result.error().message().contains("careless"));
    });
  });
  check(!write && !mutex.try_lock() && !mutex.try_lock_shared());
  check_error(co_await attempt(mutex.lock()), errors::broken);
}

WASIO_VIRTUAL_TEST("C127", "a writer that loses a select lets the readers behind it in") {
  SharedMutex mutex;
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto lock = co_await mutex.lock_shared();
    group.spawn([&]() -> Task<> {
      const auto first = co_await select(mutex.lock(), sleep(1s));
      check_equal(first.index(), 1u);
    });
    co_await checkpoint();
    group.spawn(read_in_turn(mutex, log, "r"));
    co_await checkpoint();
    check_equal(mutex.readers(), 1u);
    co_await sleep(2s);
    check_equal(log, "+r -r");
  });
}

} // namespace conformance
