// C45, C52 and C54: task groups, their children and their memory.
#include "support.h"
#include <wasio/memory.h>

namespace conformance {

WASIO_VIRTUAL_TEST(
    "C45", "a group ends only when all children have ended; the body's return cancels nothing") {
  Log log;
  const Instant start = now();
  co_await task_group([&](TaskGroup& group) -> Task<> {
    for (const int i : {3, 1, 2}) {
      group.spawn([&log, i]() -> Task<> {
        co_await sleep(1ms * i);
        log.add(i);
      });
    }
    log.add("returned");
    co_return;
  });
  check_equal(log, "returned 1 2 3");
  check_equal((now() - start).nanoseconds(), Duration(3ms).nanoseconds());
}

WASIO_TEST("C45", "a group without children returns its body's value without a checkpoint") {
  CancelScope scope;
  scope.cancel();
  const auto value = co_await scope.run(task_group(value_of(5)));
  check(value && *value);
  check_equal(value.value_or(0).value_or(0), 5);
}

WASIO_TEST("C45", "the body's value waits for the children") {
  Log log;
  const auto value = co_await task_group([&](TaskGroup& group) -> Task<MoveOnly> {
    group.spawn([&]() -> Task<> {
      co_await sleep(1ms);
      log.add("child");
    });
    co_return MoveOnly(4);
  });
  check_equal(*value.value().number, 4);
  check_equal(log, "child");
}

WASIO_TEST("C45b", "children may share locals outside the body") {
  std::vector<int> parts(3);
  co_await task_group([&](TaskGroup& group) {
    for (int& part : parts) {
      group.spawn([&part]() -> Task<> {
        co_await sleep(1ms);
        part = 1;
      });
    }
  });
  check_equal(parts, std::vector{1, 1, 1});
}

WASIO_TEST("C45b", "a body that ends with join keeps its locals alive for the children") {
  int sum = 0;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto parts = std::make_unique<std::vector<int>>(3, 0);
    for (int& part : *parts) {
      group.spawn([](int& part) -> Task<> {
        co_await sleep(1ms);
        part = 1;
      }(part));
    }
    co_await group.join();
    for (const int part : *parts) sum += part;
  });
  check_equal(sum, 3);
}

WASIO_TEST("C45b",
           "join without children completes immediately; spawning can continue afterwards") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    co_await group.join();
    for (int round = 0; round < 2; ++round) {
      auto child = group.spawn([&log, round]() -> Task<> {
        co_await checkpoint();
        log.add(round);
      });
      co_await group.join();
      check(child.done());
    }
  });
  check_equal(log, "0 1");
}

WASIO_TEST("C45b", "join outside the group's own body is misuse") {
  co_await task_group([](TaskGroup& group) -> Task<> {
    group.spawn([&group]() -> Task<> {
      auto joined = co_await attempt(group.join());
      check_error(joined, errors::misuse);
    });
    co_return;
  });
}

WASIO_TEST("C45b", "a cancel ends join immediately") {
  CancelScope scope;
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      co_await checkpoint();
      scope.cancel();
      log.add("cancelled");
      co_await let_others_run();
      log.add("child");
    });
    const bool joined = co_await scope.run(group.join());
    check(!joined);
    log.add("unjoined");
  });
  check_equal(log, "cancelled unjoined child");
}

WASIO_TEST("C52", "children may spawn into their group, even after the body has returned") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      co_await sleep(1ms);
      log.add("child");
      group.spawn([&]() -> Task<> {
        co_await sleep(1ms);
        log.add("grandchild");
        group.spawn([&]() -> Task<> {
          log.add("great-grandchild");
          co_return;
        });
      });
    });
    log.add("returned");
    co_return;
  });
  check_equal(log, "returned child grandchild great-grandchild");
}

WASIO_TEST(
    "C52",
    "spawning on a closed group drops the body unrun, reports it and returns a failed handle") {
  Log log;
  TaskHandle<> handle;
  {
    TaskGroup* closed = nullptr;
    const auto body = [&](TaskGroup& group) { closed = &group; };
    auto run = task_group(body);
    co_await run;
    handle = closed->spawn([&log, noisy = std::make_unique<Noisy>(log, "body")]() -> Task<> {
      log.add("ran");
      co_return;
    });
    check_equal(log, "~body");
    check(handle.done());
    check_error(handle.result(), errors::misuse);
    check_error(co_await attempt(handle), errors::misuse);
    check_unhandled(errors::misuse);
    auto late = closed->spawn(value_of(1));
    check_error(late.result(), errors::misuse);
    check_unhandled(errors::misuse);
  }
  check(!handle.cancel());
  check_equal(log, "~body");
}

WASIO_TEST("C54", "a million short tasks use memory only for those alive") {
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
  constexpr int total = 200'000;
#else
  constexpr int total = 1'000'000;
#endif
#endif
  trim_memory();
  std::size_t most = 0;
  int ran = 0;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    for (int i = 0; i < total; ++i) {
      group.spawn([](int& ran) -> Task<> {
        ++ran;
        co_return;
      }(ran));
      if (i % 100 != 99) continue;
      most = std::max(most, memory_use().live_blocks);
      co_await checkpoint();
    }
  });
  check_equal(ran, total);
  check(most < 1000);
}

WASIO_TEST("C54", "a million concurrent tasks of one group, cancelled together, leave nothing") {
  constexpr int total = 1'000'000;
  int ended = 0;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    for (int i = 0; i < total; ++i) {
      group.spawn([](int& ended) -> Task<> {
        const AtExit at_exit([&ended] { ++ended; });
        co_await sleep(1h);
      }(ended));
    }
    co_await checkpoint();
    check_equal(ended, 0);
    group.cancel();
  });
  check_equal(ended, total);
  trim_memory();
  check(memory_use().free_bytes < 1'000'000);
}

} // namespace conformance
