// C28: gather and gather_settled with a limit of concurrency.
#include "support.h"

namespace conformance {
namespace {

struct Counts {
  int running = 0;
  int most = 0;
  int begun = 0;
};

Task<int> counted(Counts& counts, int number, Duration lasts) {
  ++counts.begun;
  counts.most = std::max(counts.most, ++counts.running);
  co_await sleep(lasts);
  --counts.running;
  co_return number;
}

std::vector<Task<int>> some(Counts& counts, int count) {
  std::vector<Task<int>> bodies;
  for (int i = 0; i < count; ++i) bodies.push_back(counted(counts, i, (count - i) * 1ms));
  return bodies;
}

} // namespace

WASIO_VIRTUAL_TEST("C28", "at most so many run, and the values come in the order of the range") {
  for (const std::size_t limit : {1u, 3u, 10u, 100u}) {
    Counts counts;
    const auto values = co_await gather(some(counts, 10), {.concurrency = limit});
    check_equal(values, std::vector{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
    check_equal(counts.most, std::min(10, static_cast<int>(limit)));
    const auto outcomes = co_await gather_settled(some(counts, 10), {.concurrency = limit});
    check_equal(outcomes.size(), 10u);
    for (int i = 0; i < 10; ++i) check_equal(*outcomes[static_cast<std::size_t>(i)], i);
  }
  Counts none;
  check((co_await gather(some(none, 0), {.concurrency = 2})).empty());
}

WASIO_VIRTUAL_TEST("C28", "each begins when one has ended, and not before") {
  std::vector<std::int64_t> begun;
  const Instant start = now();
  const auto body = [&](Duration lasts) -> Task<> {
    begun.push_back((now() - start).nanoseconds() / 1'000'000);
    co_await sleep(lasts);
  };
  std::vector<Task<>> bodies;
  for (const Duration lasts : {Duration(10ms), Duration(30ms), Duration(10ms), Duration(5ms)})
    bodies.push_back(body(lasts));
  co_await gather(std::move(bodies), {.concurrency = 2});
  check_equal(begun, std::vector<std::int64_t>{0, 0, 10, 20});
}

WASIO_VIRTUAL_TEST("C28", "after a failure the others are cancelled, and the rest never begins") {
  Counts counts;
  auto bodies = some(counts, 4);
  bodies.insert(bodies.begin() + 1, []() -> Task<int> {
    co_await fail(broken);
    co_return 0;
  }());
  check_error(co_await attempt(gather(std::move(bodies), {.concurrency = 2})), broken);
  check_equal(counts.begun, 1);
  check_equal(unhandled_count(), 0u);
}

WASIO_VIRTUAL_TEST("C28", "in gather_settled a failure keeps no other body from beginning") {
  Counts counts;
  auto bodies = some(counts, 3);
  bodies.insert(bodies.begin(), []() -> Task<int> {
    co_await fail(broken);
    co_return 0;
  }());
  const auto outcomes = co_await gather_settled(std::move(bodies), {.concurrency = 1});
  check_error(outcomes[0], broken);
  check_equal(*outcomes[3], 2);
  check_equal(counts.begun, 3);
}

WASIO_VIRTUAL_TEST("C28", "a cancel from outside: what has not begun never begins") {
  for (const bool settled : {false, true}) {
    Counts counts;
    check(!co_await move_on_after(5ms, [&]() -> Task<> {
      if (settled) {
        co_await gather_settled(some(counts, 20), {.concurrency = 2});
      } else {
        co_await gather(some(counts, 20), {.concurrency = 2});
      }
      check(false);
    }));
    check_equal(counts.begun, 2);
  }
}

WASIO_TEST("C28", "a value of the last running body does not hide that others never began") {
  CancelScope scope;
  int begun = 0;
  const auto values = co_await scope.run([&]() -> Task<std::vector<int>> {
    const auto body = [&]() -> Task<int> {
      ++begun;
      scope.cancel();
      co_return 1;
    };
    co_return co_await gather(std::vector(3, body), {.concurrency = 1});
  });
  check(!values);
  check_equal(begun, 1);
}

WASIO_TEST("C28", "a concurrency of 0 is misuse, and nothing runs") {
  Counts counts;
  const auto result = co_await attempt(gather(some(counts, 2), {.concurrency = 0}));
  check_error(result, errors::misuse);
  check_equal(result.error().message(), "gather(): concurrency must not be 0");
  const auto settled = co_await attempt(gather_settled(some(counts, 2), {.concurrency = 0}));
  check_equal(settled.error().message(), "gather_settled(): concurrency must not be 0");
  check_equal(counts.begun, 0);
}

WASIO_TEST("C28", "many bodies that end immediately need no native stack") {
  std::vector<Task<int>> bodies;
  for (int i = 0; i < 100'000; ++i) bodies.push_back(value_of(1));
  const auto values = co_await gather(std::move(bodies), {.concurrency = 3});
  check_equal(values.size(), 100'000u);
}

} // namespace conformance
