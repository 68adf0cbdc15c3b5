// C110 to C114: generators and their adaptors.
#include "support.h"

namespace conformance {

AsyncGenerator<int> count_to(int last, Log* log = nullptr) {
  std::optional<Noisy> noisy;
  if (log) noisy.emplace(*log, "source");
  for (int i = 1; i <= last; ++i) {
    co_yield i;
    co_await checkpoint();
  }
}

WASIO_CORO_WRAPPER AsyncGenerator<int> forever(Log* log = nullptr) {
  return count_to(1 << 30, log);
}

AsyncGenerator<int> then_fail(int last) {
  for (int i = 1; i <= last; ++i) co_yield i;
  co_await fail(broken, "after ", last);
}

// Yields the numbers, each one `period` after the one before.
AsyncGenerator<int> slowly(std::vector<int> numbers, Duration period) {
  for (const int number : numbers) {
    co_await sleep(period);
    co_yield number;
  }
}

Task<int> twice(int number) {
  co_await checkpoint();
  co_return 2 * number;
}

WASIO_TEST("C110",
           "a generator returns its values, then the end, and nothing but the end from then on") {
  auto numbers = count_to(3);
  for (int i = 1; i <= 3; ++i) check_equal(co_await numbers.next(), std::optional(i));
  check(!numbers.ended());
  for (int i = 0; i < 3; ++i) check(!co_await numbers.next());
  check(numbers.ended());
  AsyncGenerator<int> none;
  check(!co_await none.next());
}

WASIO_TEST("C110", "a generator of references returns pointers to what it refers to") {
  std::vector<int> numbers{1, 2, 3};
  auto each = [](std::vector<int>& numbers) -> AsyncGenerator<int&> {
    for (int& number : numbers) co_yield number;
  }(numbers);
  while (int* number = co_await each.next()) *number *= 2;
  check_equal(numbers, std::vector{2, 4, 6});
}

WASIO_TEST("C110", "values may be move-only, and need no default constructor") {
  auto values = []() -> AsyncGenerator<MoveOnly> { co_yield MoveOnly(7); }();
  check_equal(*(co_await values.next())->number, 7);
  auto others = []() -> AsyncGenerator<NoDefault> { co_yield NoDefault(8); }();
  check_equal((co_await others.next())->number, 8);
}

WASIO_TEST("C110", "an error of a generator comes out of next, and ends the generator") {
  auto numbers = then_fail(1);
  check_equal(co_await numbers.next(), std::optional(1));
  const auto result = co_await attempt(numbers.next());
  check_error(result, broken);
  check(numbers.ended());
  check(!co_await numbers.next());
}

WASIO_TEST("C110", "a generator yields a million values in bounded stack") {
  std::int64_t sum = 0;
  auto numbers = []() -> AsyncGenerator<int> {
    for (int i = 0; i < 1'000'000; ++i) co_yield i;
  }();
  while (auto number = co_await numbers.next()) sum += *number;
  check_equal(sum, std::int64_t{499'999'500'000});
}

WASIO_TEST(
    "C111",
    "destroying a generator destroys its frame immediately: unstarted, suspended or finished") {
  Log log;
  {
    auto unbegun = count_to(3, &log);
  }
  check_equal(log.take(), "");
  {
    auto suspended = count_to(3, &log);
    co_await suspended.next();
    log.add("leaves");
  }
  check_equal(log.take(), "leaves ~source");
  auto finished = count_to(1, &log);
  co_await finished.next();
  check(!co_await finished.next());
  check_equal(log.take(), "~source");
}

WASIO_TEST("C111", "assigning another generator destroys the first; a moved one continues") {
  Log log;
  auto numbers = count_to(3, &log);
  co_await numbers.next();
  auto moved = std::move(numbers);
  check(numbers.ended());
  check_equal(co_await moved.next(), std::optional(2));
  moved = count_to(1);
  check_equal(log.take(), "~source");
  check_equal(co_await moved.next(), std::optional(1));
}

WASIO_VIRTUAL_TEST("C111",
                   "a cancel that passes through next ends the generator, and its owner can tell") {
  Log log;
  auto numbers = [](Log& log) -> AsyncGenerator<int> {
    const Noisy noisy(log, "source");
    co_yield 1;
    co_await sleep_long();
    co_yield 2;
  }(log);
  co_await numbers.next();
  check(!co_await move_on_after(1s, numbers.next()));
  check_equal(log, "~source");
  check(numbers.ended());
  check(!co_await numbers.next());
}

WASIO_VIRTUAL_TEST("C111", "cancelling a consumer destroys its generator too, inner frames first") {
  Log log;
  check(!co_await move_on_after(1s, [&]() -> Task<> {
    const Noisy consumer(log, "consumer");
    auto numbers = count_to(100, &log) | transform([](int number) -> Task<int> {
                     co_await sleep(300ms);
                     co_return number;
                   });
    while (co_await numbers.next()) log.add("item");
  }));
  check_equal(log, "item item item ~source ~consumer");
}

WASIO_VIRTUAL_TEST("C112",
                   "a second next while one is running is misuse, and the first continues") {
  auto numbers = slowly({1, 2}, 1s);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto first = group.spawn(numbers.next());
    co_await checkpoint();
    check_error(co_await attempt(numbers.next()), errors::misuse);
    check_equal(co_await first, std::optional(1));
  });
  check_equal(co_await numbers.next(), std::optional(2));
}

WASIO_TEST("C112", "different tasks may call next, one after another") {
  auto numbers = count_to(3);
  const auto [a, b] = co_await gather([&]() -> Task<int> { co_return *co_await numbers.next(); },
                                      [&]() -> Task<int> {
                                        co_await let_others_run();
                                        co_return *co_await numbers.next();
                                      });
  check_equal(a + b, 3);
}

WASIO_VIRTUAL_TEST("C141", "the await chain passes through a generator") {
  auto numbers = slowly({1}, 1s) | filter([](int) { return true; });
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto asks = group.spawn([&]() -> Task<> { co_await numbers.next(); });
    co_await checkpoint();
    check_equal(asks.task().waits_for(), "sleep");
    if (WASIO_PLACES > 0) check_equal(asks.task().await_chain().size(), 3u);
  });
}

WASIO_TEST("C114", "filter, transform, take, take_while, enumerate, chunk and zip keep the order") {
  const auto odd = [](int number) { return number % 2 == 1; };
  check_equal(co_await (count_to(6) | filter(odd) | collect()), std::vector{1, 3, 5});
  check_equal(co_await (count_to(3) | transform(twice) | collect()), std::vector{2, 4, 6});
  check_equal(co_await (count_to(3) | transform([](int i) { return i + 1; }) | collect()),
              std::vector{2, 3, 4});
  check_equal(co_await (forever() | take(2) | collect()), std::vector{1, 2});
  check_equal(co_await (count_to(3) | take(0) | collect()), std::vector<int>{});
  check_equal(
      co_await (forever() | take_while([](int i) -> Task<bool> { co_return i < 3; }) | collect()),
      std::vector{1, 2});
  const auto numbered = co_await (count_to(2) | enumerate(5) | collect());
  check(numbered == std::vector<std::pair<std::size_t, int>>{{5, 1}, {6, 2}});
  const auto chunks = co_await (count_to(5) | chunk(2) | collect());
  check(chunks == std::vector<std::vector<int>>{{1, 2}, {3, 4}, {5}});
  const auto pairs = co_await (count_to(2) | zip(forever()) | collect());
  check(pairs == std::vector<std::pair<int, int>>{{1, 1}, {2, 2}});
  check_equal(co_await (count_to(4) | fold(0, [](int sum, int i) { return sum + i; })), 10);
  check_error(co_await attempt(count_to(1) | chunk(0) | collect()), errors::misuse);
}

WASIO_TEST("C114", "adaptors are lazy: no item is requested before it is needed") {
  Log log;
  auto source = [](Log& log) -> AsyncGenerator<int> {
    for (int i = 1;; ++i) {
      log.add(i);
      co_yield i;
    }
  }(log);
  auto two = std::move(source) | transform([&](int i) {
               log.add('t', i);
               return i;
             }) |
             take(2);
  check_equal(log.take(), "");
  co_await two.next();
  check_equal(log.take(), "1 t1");
  co_await two.next();
  check(!co_await two.next());
  check_equal(log.take(), "2 t2");
}

WASIO_TEST("C114", "leaving a pipeline early destroys its source") {
  Log log;
  check_equal(co_await (forever(&log) | take(1) | collect()), std::vector{1});
  check_equal(log.take(), "~source");
  {
    auto numbers = forever(&log) | filter([](int) { return true; }) | enumerate();
    co_await numbers.next();
    log.add("leaves");
  }
  check_equal(log.take(), "leaves ~source");
}

WASIO_TEST("C114", "an error of a pipeline's function propagates, and ends the source") {
  Log log;
  check_error(co_await attempt(forever(&log) | for_each([](int i) -> Task<> {
                                 if (i == 2) co_await fail(broken);
                               })),
              broken);
  check_equal(log, "~source");
}

WASIO_VIRTUAL_TEST("C114", "an interval keeps its rhythm and skips the ticks that were missed") {
  auto ticks = interval(1s);
  const Instant start = now();
  check_equal(co_await ticks.next(), std::optional<std::uint64_t>(1));
  check_equal(now() - start, Duration(1s));
  co_await sleep(2500ms);
  check_equal(co_await ticks.next(), std::optional<std::uint64_t>(3));
  check_equal(now() - start, Duration(3500ms));
  check_equal(co_await ticks.next(), std::optional<std::uint64_t>(4));
  check_equal(now() - start, Duration(4s));
  auto rare = interval(24h * 365 * 200);
  check_equal(co_await rare.next(), std::optional<std::uint64_t>(1));
  check(!co_await move_on_after(24h * 365 * 20, rare.next()));
  auto none = interval(Duration());
  check_error(co_await attempt(none.next()), errors::misuse);
}

WASIO_VIRTUAL_TEST(
    "C114", "merge yields items in the order in which they arrive, under its terminal operation") {
  const auto all = co_await (merge(slowly({1, 2, 3}, 300ms), slowly({10, 20}, 400ms)) |
                             transform(twice) | collect());
  check_equal(all, std::vector{2, 20, 4, 40, 6});
  check_equal(co_await (merge(std::vector<AsyncGenerator<int>>()) | collect()), std::vector<int>{});
}

WASIO_VIRTUAL_TEST("C114", "a merge that is left early leaves no task, and no error of a send") {
  Log log;
  const auto some = co_await (merge(forever(&log), forever(&log)) | take(3) | collect());
  check_equal(some.size(), 3u);
  check_equal(log, "~source ~source");
}

WASIO_VIRTUAL_TEST("C114",
                   "an error of one merged generator ends the others, and propagates as itself") {
  Log log;
  check_error(co_await attempt(merge(forever(&log), then_fail(2)) | for_each([](int) {})), broken);
  check_equal(log, "~source");
}

Task<int> longer_the_smaller(int number) {
  co_await sleep((10 - number) * 100ms);
  co_return number;
}

WASIO_VIRTUAL_TEST(
    "C114",
    "a concurrent transform limits concurrent calls, and returns in order or as they finish") {
  int running = 0;
  int most = 0;
  const auto work = [&](int number) -> Task<int> {
    most = std::max(most, ++running);
    co_await longer_the_smaller(number);
    --running;
    co_return number;
  };
  const Instant start = now();
  check_equal(co_await (count_to(6) | transform(work, {.concurrency = 3}) | collect()),
              std::vector{1, 2, 3, 4, 5, 6});
  check_equal(most, 3);
  check(now() - start < Duration(2500ms));
  check_equal(
      co_await (count_to(3) | transform(work, {.concurrency = 3, .ordered = false}) | collect()),
      std::vector{3, 2, 1});
  check_error(co_await attempt(count_to(3) | transform(work, {.concurrency = 0}) | collect()),
              errors::misuse);
}

WASIO_VIRTUAL_TEST("C114", "a concurrent transform requests no more items than it works on") {
  int asked = 0;
  auto source = [](int& asked) -> AsyncGenerator<int> {
    for (;;) co_yield ++asked;
  }(asked);
  co_await (std::move(source) | transform(longer_the_smaller, {.concurrency = 4}) | take(1) |
            for_each([&](int) { check(asked <= 5); }));
}

WASIO_VIRTUAL_TEST("C114", "an error in a concurrent transform ends the concurrent calls") {
  Log log;
  const auto work = [&](int number) -> Task<int> {
    const Noisy noisy(log, std::to_string(number));
    if (number == 3) co_await fail(broken);
    co_await sleep_long();
    co_return number;
  };
  check_error(co_await attempt(count_to(9, &log) | transform(work, {.concurrency = 3}) | collect()),
              broken);
  check(log.text().find("~1") != std::string::npos &&
        log.text().find("~source") != std::string::npos);
}

WASIO_TEST(
    "C114",
    "as_channel runs a generator in the background, for as long as the channel has a receiver") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto numbers = as_channel(group, count_to(4, &log), 2);
    std::vector<int> got;
    while (auto number = co_await numbers.receive()) got.push_back(*number);
    check_equal(got, std::vector{1, 2, 3, 4});
  });
  check_equal(log.take(), "~source");
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto numbers = as_channel(group, forever(&log), 1);
    co_await numbers.receive();
  });
  check_equal(log.take(), "~source");
  check_error(co_await attempt(task_group([](TaskGroup& group) -> Task<> {
                auto numbers = as_channel(group, then_fail(1), 0);
                while (co_await numbers.receive()) {
                }
              })),
              errors::group);
}

WASIO_TEST("C114", "`items` turns a channel into a generator") {
  auto ends = channel<int>(3);
  for (int i = 1; i <= 3; ++i) co_await ends.sender.send(i);
  ends.sender.close();
  check_equal(co_await (items(std::move(ends.receiver)) | collect()), std::vector{1, 2, 3});
}

} // namespace conformance
