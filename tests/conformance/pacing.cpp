// C93: pacers and paced ranges.
#include "support.h"

#include <cmath>
#include <functional>
#include <ranges>

namespace conformance {

WASIO_TEST("C93", "a pacer that counts checkpoints at every so many calls, and only there") {
  Log log;
  co_await gather(
      [&]() -> Task<> {
        Pacer pace(3);
        for (int i = 1; i <= 7; ++i) {
          log.add(i);
          co_await pace();
        }
      },
      [&]() -> Task<> {
        for (const char* name : {"a", "b"}) {
          log.add(name);
          co_await checkpoint();
        }
      });
  check_equal(log, "1 2 3 a 4 5 6 b 7");
}

WASIO_TEST("C93", "a paced computation without end can be cancelled by another task") {
  std::uint64_t rounds = 0;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      Pacer pace(1ms);
      for (;; ++rounds) co_await pace();
    });
    co_await let_others_run(5);
    group.cancel();
  });
  check(rounds > 0);
}

WASIO_VIRTUAL_TEST("C93", "where the clock stands still, it checkpoints after 4096 calls") {
  int rounds = 0;
  int when = 0;
  co_await gather(
      [&]() -> Task<> {
        Pacer pace(1ms);
        for (; rounds < 10'000; ++rounds) co_await pace();
      },
      [&]() -> Task<> {
        when = rounds;
        co_return;
      });
  check(when > 0 && when <= 4200);
  const Duration nan = std::chrono::duration<double>(std::nan(""));
  Pacer invalid(nan);
  check_error(co_await attempt(invalid()), errors::misuse);
}

WASIO_TEST("C93", "`chunked` yields the elements of a range, with checkpoints in between") {
  std::vector<int> numbers{1, 2, 3, 4};
  Log log;
  co_await gather(for_each(chunked(numbers, 2),
                           [&](int& number) {
                             number *= 10;
                             log.add(number);
                           }),
                  [&]() -> Task<> {
                    log.add("a");
                    co_return;
                  });
  check_equal(log, "10 20 a 30 40");
  const auto squares = std::views::iota(1, 5) | std::views::transform([](int i) { return i * i; });
  check_equal(co_await (chunked(squares, 1ms) | collect()), std::vector{1, 4, 9, 16});
  check_equal(co_await (chunked(std::vector{1, 2}, 1ms) | fold(0, std::plus())), 3);
}

} // namespace conformance
