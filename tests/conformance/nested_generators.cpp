// C115, C116: generators that yield the values of others, and loops over generators.
#include "support.h"

#include <ranges>

namespace conformance {
namespace {

struct Tree {
  int value;
  std::vector<Tree> children = {};
};

AsyncGenerator<int> walk(const Tree& tree, Log* log = nullptr) {
  std::optional<Noisy> noisy;
  if (log) noisy.emplace(*log, std::to_string(tree.value));
  co_yield tree.value;
  for (const Tree& child : tree.children) {
    co_await checkpoint();
    co_yield elements_of(walk(child, log));
  }
}

const Tree tree{1, {{2, {{3}, {4}}}, {5}, {6, {{7, {{8}}}}}}};

// Yields `depth`, `depth - 1`, ... 0, each from one generator further in, and then back.
AsyncGenerator<int> down_and_up(int depth) {
  co_yield depth;
  if (depth > 0) {
    co_yield elements_of(down_and_up(depth - 1));
    co_yield depth;
  }
}

} // namespace

WASIO_TEST("C115", "`elements_of` yields the values of another generator, at any depth") {
  check_equal(co_await (walk(tree) | collect()), std::vector{1, 2, 3, 4, 5, 6, 7, 8});
  check_equal(co_await (down_and_up(3) | collect()), std::vector{3, 2, 1, 0, 1, 2, 3});
}

WASIO_TEST("C115", "a hundred thousand levels need no native stack, finished, dropped or failed") {
  constexpr int depth = 100'000;
  std::int64_t sum = 0;
  co_await for_each(down_and_up(depth), [&](int number) { sum += number; });
  check_equal(sum, std::int64_t{depth} * (depth + 1));
  auto dropped = down_and_up(depth);
  for (int i = 0; i <= depth; ++i) co_await dropped.next();
  dropped = {};
  const auto failing = [](auto& self, int levels) -> AsyncGenerator<int> {
    if (levels == 0) co_await fail(broken);
    co_yield elements_of(self(self, levels - 1));
  };
  auto fails = failing(failing, depth);
  check_error(co_await attempt(fails.next()), broken);
  check(fails.ended());
}

WASIO_TEST("C115", "an inner generator may be empty, ended, or partly used, even inside its own") {
  const auto outer = [](AsyncGenerator<int> inner) -> AsyncGenerator<int> {
    co_yield 0;
    co_yield elements_of(std::move(inner));
    co_yield 9;
  };
  check_equal(co_await (outer({}) | collect()), std::vector{0, 9});
  auto used = outer(down_and_up(2));
  for (int i = 0; i < 3; ++i) co_await used.next(); // it is in the second level of the inner one
  auto all = outer(std::move(used));
  check_equal(co_await (std::move(all) | collect()), std::vector{0, 0, 1, 2, 9, 9});
}

WASIO_TEST("C115", "leaving the outer generator destroys the inner ones first") {
  Log log;
  {
    auto numbers = walk(tree, &log);
    for (int i = 0; i < 3; ++i) co_await numbers.next();
    check_equal(log.take(), "");
  }
  check_equal(log.take(), "~3 ~2 ~1");
  auto finished = walk(tree, &log);
  while (co_await finished.next()) {
  }
  check_equal(log, "~3 ~4 ~2 ~5 ~8 ~7 ~6 ~1");
}

WASIO_VIRTUAL_TEST("C115", "errors and cancels pass through all levels, inner frames first") {
  Log log;
  const auto slow = [](auto& self, Log& log, int depth, bool fails) -> AsyncGenerator<int> {
    const Noisy noisy(log, std::to_string(depth));
    co_yield depth;
    if (depth > 0) co_yield elements_of(self(self, log, depth - 1, fails));
    if (fails) co_await fail(broken);
    co_await sleep_long();
  };
  auto failing = slow(slow, log, 2, true);
  for (int i = 0; i < 3; ++i) co_await failing.next();
  const auto result = co_await attempt(failing.next());
  check_error(result, broken);
  if (WASIO_PLACES > 0) check(result.error().chain().total() >= 3);
  check_equal(log.take(), "~0 ~1 ~2");
  auto cancelled = slow(slow, log, 2, false);
  for (int i = 0; i < 3; ++i) co_await cancelled.next();
  check(!co_await move_on_after(1s, cancelled.next()));
  check_equal(log, "~0 ~1 ~2");
  check(cancelled.ended());
}

WASIO_TEST("C115", "references and move-only values pass through; different tasks may call next") {
  std::vector<int> numbers{1, 2, 3};
  const auto each = [](auto& self, std::vector<int>& numbers, int times) -> AsyncGenerator<int&> {
    for (int& number : numbers) co_yield number;
    if (times > 1) co_yield elements_of(self(self, numbers, times - 1));
  };
  co_await for_each(each(each, numbers, 2), [](int& number) { number *= 2; });
  check_equal(numbers, std::vector{4, 8, 12});
  auto values = []() -> AsyncGenerator<MoveOnly> {
    co_yield elements_of([]() -> AsyncGenerator<MoveOnly> { co_yield MoveOnly(7); }());
  }();
  check_equal(*(co_await values.next())->number, 7);
  auto shared = walk(tree);
  const auto four = [&]() -> Task<int> {
    int sum = 0;
    for (int i = 0; i < 4; ++i) sum += *co_await shared.next();
    co_return sum;
  };
  check_equal(co_await four(), 10);
  co_await task_group([&](TaskGroup& group) {
    group.spawn([&]() -> Task<> { check_equal(co_await four(), 26); });
  });
}

WASIO_TEST("C116", "`for_each` calls a plain function or a coroutine for each value") {
  Log log;
  co_await for_each(down_and_up(1), [&](int number) { log.add(number); });
  auto kept = down_and_up(2);
  const auto result = co_await attempt(for_each(kept, [&](int number) -> Task<> {
    co_await checkpoint();
    if (number == 1) co_await fail(broken);
  }));
  check_error(result, broken);
  check_equal(*co_await kept.next(), 0); // an lvalue stays where it is
  check_equal(log, "1 0 1");
  static_assert(!std::ranges::range<AsyncGenerator<int>>);
}

} // namespace conformance
