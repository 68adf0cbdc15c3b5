// Large numbers of tasks, errors, timers and awaiters.
#include "support.h"

namespace conformance {

WASIO_TEST("C54", "one group can run 100,000 tasks concurrently") {
  constexpr int count = 100'000;
  int ran = 0;
  co_await task_group([&](TaskGroup& group) {
    for (int i = 0; i < count; ++i) {
      group.spawn([](int& ran) -> Task<> {
        co_await checkpoint();
        ++ran;
      }(ran));
    }
  });
  check_equal(ran, count);
}

WASIO_TEST("C46", "one failure ends 100,000 sleeping tasks") {
  constexpr int count = 100'000;
  int ended = 0;
  auto outcome = co_await attempt(task_group([&](TaskGroup& group) {
    for (int i = 0; i < count; ++i) {
      group.spawn([](int& ended) -> Task<> {
        const AtExit counts([&] { ++ended; });
        co_await sleep(1h);
      }(ended));
    }
    group.spawn(fail_later(1ms, broken));
  }));
  check_error(outcome, errors::group);
  check_equal(outcome.error().others().size(), 1u);
  check_equal(ended, count);
}

WASIO_TEST("C46", "10,000 tasks that all fail raise 10,000 errors in order") {
  constexpr int count = 10'000;
  auto ended = co_await attempt(task_group([](TaskGroup& group) {
    for (int i = 0; i < count; ++i) group.spawn(fail_now(broken, join_text(i)));
  }));
  check_error(ended, errors::group);
  const auto errors = ended.error().others();
  check_equal(errors.size(), std::size_t{count});
  check_equal(errors.front().message(), "0");
  check_equal(errors.back().message(), join_text(count - 1));
}

WASIO_VIRTUAL_TEST("C86", "100,000 timers set in random order fire in the order of their times") {
  unsigned random = 1;
  std::int64_t last = 0;
  bool in_order = true;
  co_await task_group([&](TaskGroup& group) {
    for (int i = 0; i < 100'000; ++i) {
      random = random * 1664525u + 1013904223u;
      group.spawn([](Duration delay, std::int64_t& last, bool& in_order) -> Task<> {
        co_await sleep(delay);
        in_order &= now().nanoseconds() >= last;
        last = now().nanoseconds();
      }(1us * (random >> 12), last, in_order));
    }
  });
  check(in_order);
}

WASIO_TEST("C4", "10,000 tasks can await one handle") {
  HandEvent event;
  int woken = 0;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto task = group.spawn(event.wait());
    for (int i = 0; i < 10'000; ++i) {
      group.spawn(
          [](TaskHandle<int> task, int& woken) -> Task<> { woken += co_await task; }(task, woken));
    }
    co_await checkpoint();
    event.set(1);
  });
  check_equal(woken, 10'000);
}

} // namespace conformance
