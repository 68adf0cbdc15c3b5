// C126: watches.
#include "support.h"

namespace conformance {

WASIO_TEST("C126", "a watcher sees the latest value, not those in between, and never misses it") {
  Watch<int> watch(0);
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      auto seen = watch.version();
      while (watch.get() != 9) {
        log.add(watch.get());
        co_await let_others_run(2);
        seen = co_await watch.changed(seen);
      }
      log.add(watch.get());
    });
    co_await let_others_run(1);
    for (const int value : {1, 2, 3}) watch.set(value);
    co_await let_others_run(10);
    check_equal(watch.waiting(), 1u);
    watch.set(8);
    watch.set(9);
  });
  check_equal(log, "0 3 9");
}

WASIO_TEST("C126", "a change after the look completes the wait immediately") {
  Watch<std::string> watch("a");
  const auto seen = watch.version();
  watch.set("b");
  const auto now_seen = co_await watch.changed(seen);
  check_equal(now_seen, watch.version());
  check_equal(watch.get(), "b");
}

WASIO_TEST("C126", "a set between a wake-up and the step that it wakes is seen in that step") {
  Watch<int> watch(0);
  int steps = 0;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto waits = group.spawn([&]() -> Task<> {
      auto seen = co_await watch.changed(watch.version());
      check_equal(watch.get(), 2);
      ++steps;
      seen = co_await watch.changed(seen);
      ++steps;
    });
    co_await checkpoint();
    watch.set(1);
    watch.set(2);
    co_await let_others_run();
    check_equal(steps, 1);
    waits.cancel();
    check_equal(watch.waiting(), 0u);
  });
}

WASIO_TEST("C126", "all waiters continue in FIFO order, also for a value that equals the old one") {
  Watch<int> watch(1);
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    for (const char* name : {"a", "b"})
      group.spawn([&log, &watch, name]() -> Task<> {
        co_await watch.changed(watch.version());
        log.add(name);
      });
    co_await checkpoint();
    watch.set(1);
  });
  check_equal(log, "a b");
}

WASIO_TEST("C126", "`update` changes the value in place, and `wait` waits until it fits") {
  Watch<std::vector<int>> watch;
  co_await gather(watch.wait([](const std::vector<int>& all) { return all.size() >= 2; }),
                  [&]() -> Task<> {
                    for (int i = 0; i < 2; ++i) {
                      co_await checkpoint();
                      watch.update([&](std::vector<int>& all) { all.push_back(i); });
                    }
                  });
  check_equal(watch.get(), std::vector{0, 1});
  co_await watch.wait([](const auto&) { return true; });
}

WASIO_TEST("C126", "a watch that is destroyed fails its waiters with misuse") {
  auto watch = std::make_unique<Watch<int>>(0);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      check_error(co_await attempt(watch->changed(watch->version())), errors::misuse);
    });
    co_await checkpoint();
    watch.reset();
  });
}

} // namespace conformance
