// C15: functions that return a Task work with the standard library's ways to call and to store
// functions.
#include "support.h"

#include <algorithm>
#include <functional>
#include <map>
#include <ranges>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace conformance {

#if WASIO_CHECK_LIFETIMES
WASIO_TEST("C15", "callables of the standard library take functions that return a Task") {
  skip("this build checks lifetimes");
  co_return;
}
#else
namespace {

Task<int> twice(int number) {
  co_await checkpoint();
  co_return 2 * number;
}
Task<int> sum(int a, int b) {
  co_await checkpoint();
  co_return a + b;
}

struct Counter {
  int count = 0;

  Task<int> add(int number) {
    co_await checkpoint();
    co_return count += number;
  }
  Task<int> operator()(int number) { return add(number); }
};

// Plain functions that return a Task which they made.
Task<int> passed_on(int number) {
  return twice(number);
}
Task<int> chosen(bool which) {
  auto first = twice(1);
  auto second = sum(4, 5);
  if (which) return first;
  return second;
}
template <class F>
Task<int> called(F function, int number) {
  return function(number);
}
AsyncGenerator<int> one_item() {
  co_yield 1;
}
AsyncGenerator<int> doubled_item() {
  return one_item() | transform([](int number) { return twice(number); });
}

} // namespace

WASIO_TEST("C15", "std::function holds functions, lambdas and objects that return a Task") {
  std::function<Task<int>(int)> function = twice;
  check_equal(co_await function(1), 2);
  int calls = 0;
  function = [&calls](int number) -> Task<int> {
    ++calls;
    co_return co_await twice(number) + 1;
  };
  check_equal(co_await function(2), 5);
  function = [](int number) { return sum(number, number); };
  check_equal(co_await function(3), 6);
  function = Counter{10};
  check_equal(co_await function(1), 11);
  check_equal(co_await function(1), 12);
  check_equal(calls, 1);
}

WASIO_TEST("C15", "functions that return a Task are found in a map by name") {
  const std::map<std::string, std::function<Task<int>(int)>> commands{
      {"twice", twice},
      {"next", [](int number) -> Task<int> { co_return number + 1; }},
      {"ten more", std::bind_front(sum, 10)},
  };
  int result = 0;
  for (const auto& [name, command] : commands) result = 100 * result + co_await command(7);
  check_equal(result, 8'17'14); // in the order of the names
}

WASIO_TEST("C15", "std::function is a body for every combinator") {
  int runs = 0;
  const std::function<Task<>()> body = [&runs]() -> Task<> {
    co_await checkpoint();
    ++runs;
  };
  const std::function<Task<>(TaskGroup&)> group_body = [&](TaskGroup& group) -> Task<> {
    group.spawn(body);
    group.spawn(body, {.eager = true});
    const std::function<Task<>(Started<int>&)> child = [](Started<int>& started) -> Task<> {
      co_await started(7);
    };
    check_equal(co_await group.start<int>(child), 7);
  };
  co_await task_group(group_body);
  check_equal(runs, 2);
  co_await background(body);
  co_await gather(body, body);
  co_await race(body);
  co_await fail_after(1h, body);
  co_await guard(body, body);
  check((co_await attempt(body)).has_value());
  check_equal(runs, 10);
  const std::function<Task<>()> fails = [] { return fail_now(broken); };
  check_error(co_await attempt(fails), broken);
}

WASIO_TEST("C15", "std::invoke, std::apply, std::visit and std::bind_front return Tasks") {
  check_equal(co_await std::invoke(twice, 2), 4);
  Counter counter;
  check_equal(co_await std::invoke(&Counter::add, counter, 3), 3);
  check_equal(co_await std::invoke([](int number) { return twice(number); }, 4), 8);
  check_equal(co_await std::apply(sum, std::tuple(1, 2)), 3);
  using Either = std::variant<int, std::string>;
  for (const Either& either : {Either(5), Either("text")}) {
    struct Visitor {
      Task<int> operator()(int number) const { return twice(number); }
      Task<int> operator()(const std::string& text) const {
        co_await checkpoint();
        co_return static_cast<int>(text.size());
      }
    };
    check_equal(co_await std::visit(Visitor(), either), either.index() == 0 ? 10 : 4);
  }
  check_equal(co_await std::bind_front(sum, 1)(2), 3);
  check_equal(co_await std::bind_front(&Counter::add, &counter)(2), 5);
  co_await task_group([](TaskGroup& group) -> Task<> {
    check_equal(co_await group.spawn(std::bind_front(sum, 3, 4)), 7);
    check_equal(co_await group.spawn(std::bind_front(twice, 4)), 8);
  });
}

WASIO_TEST("C15", "views::transform makes the bodies of combinators that take a range") {
  const std::vector numbers{1, 2, 3};
  const auto bodies = [&] { return numbers | std::views::transform(twice); };
  check_equal(co_await gather(bodies()), std::vector{2, 4, 6});
  const auto outcomes = co_await gather_settled(bodies());
  check_equal(*outcomes[2], 6);
  check_equal(co_await race(bodies()), std::pair(std::size_t{0}, 2));
  int total = 0;
  co_await as_completed(bodies(), [&](std::size_t, Outcome<int> outcome) { total += *outcome; });
  check_equal(total, 12);
  std::vector<Task<int>> kept;
  std::ranges::transform(numbers, std::back_inserter(kept), twice);
  check_equal(co_await gather(std::move(kept)), std::vector{2, 4, 6});
}

WASIO_TEST("C15", "Tasks are exchanged, swapped, and kept in containers") {
  auto task = twice(1);
  auto before = std::exchange(task, twice(2));
  std::swap(before, task);
  check_equal(co_await std::move(task), 2);
  check_equal(co_await std::move(before), 4);
  std::optional<Task<int>> perhaps = twice(3);
  check_equal(co_await *std::exchange(perhaps, std::nullopt), 6);
  std::map<int, Task<int>> by_number;
  by_number.emplace(4, twice(4));
  by_number.insert_or_assign(5, twice(5)).first->second = sum(2, 3);
  check_equal(co_await std::move(by_number.at(5)), 5);
  check_equal(co_await std::move(by_number.extract(4).mapped()), 8);
  take_unhandled(); // debug builds report the Task that was replaced
}

WASIO_TEST("C15", "a plain function or lambda returns a Task that it made") {
  check_equal(co_await passed_on(1), 2);
  check_equal(co_await chosen(true), 2);
  check_equal(co_await chosen(false), 9);
  take_unhandled(); // and those that were not chosen
  check_equal(co_await called(twice, 3), 6);
  check_equal(co_await called([](int number) { return passed_on(number); }, 4), 8);
  const auto either = [](bool which) { return which ? twice(5) : sum(5, 6); };
  check_equal(co_await either(true) + co_await either(false), 21);
  auto numbers = doubled_item();
  check_equal(co_await numbers.next(), std::optional(2));
}

#endif

} // namespace conformance
