// C17 and C18: what a coroutine does with its parameters, and with what it returns.
#include "support.h"

#include <chrono>
#include <functional>
#include <variant>
#include <vector>

namespace conformance {
namespace {

// Converts to whatever is asked of it, and must not be asked.
struct Anything {
  template <class T>
  operator T() const {
    panic("a parameter was converted");
  }

  Task<int> member() const { co_return number; }
  AsyncGenerator<int> sequence() const { co_yield number; }
  int number = 1;
};

Task<> nothing_of(Anything) {
  co_return;
}
Task<int> number_by_value(Anything anything) {
  co_return anything.number;
}
Task<int> number_by_reference(const Anything& anything) {
  co_return anything.number;
}
Task<int> number_of_temporary(Anything&& anything) {
  co_return anything.number;
}
Task<int&> reference_of(Anything& anything) {
  co_return anything.number;
}
Task<int> number_of_two(Anything first, const Anything& second) {
  co_return first.number + second.number;
}
AsyncGenerator<int> numbers_by_value(Anything anything) {
  co_yield anything.number;
}
AsyncGenerator<int> numbers_by_reference(const Anything& anything) {
  co_yield anything.number;
}
AsyncGenerator<int&> references_of(Anything& anything) {
  co_yield anything.number;
}

template <class T>
Task<bool> yields_one(AsyncGenerator<T> sequence) {
  auto number = co_await sequence.next();
  const bool one = number && *number == 1;
  co_return one && !co_await sequence.next();
}

struct Base {
  int number = 0;
};
struct Derived : Base {};

struct Pair {
  int number;
  std::string text;
};

template <class T>
Task<T> returned(T value) {
  co_return value;
}

} // namespace

WASIO_TEST("C17", "a Task's parameters are not converted, whatever they convert to") {
  Anything anything;
  co_await nothing_of(anything);
  check_equal(co_await number_by_value(anything), 1);
  check_equal(co_await number_by_reference(anything), 1);
  check_equal(co_await number_of_temporary(Anything()), 1);
  check_equal(co_await reference_of(anything), 1);
  check_equal(co_await number_of_two(anything, anything), 2);
  check_equal(co_await anything.member(), 1);
  const auto lambda = [anything](Anything other) -> Task<int> {
    co_return anything.number + other.number;
  };
  check_equal(co_await lambda(anything), 2);
}

WASIO_TEST("C17", "a generator's parameters are not converted, whatever they convert to") {
  Anything anything;
  check(co_await yields_one(numbers_by_value(anything)));
  check(co_await yields_one(numbers_by_reference(anything)));
  check(co_await yields_one(references_of(anything)));
  check(co_await yields_one(anything.sequence()));
}

WASIO_TEST("C18", "co_return converts implicitly, as return does") {
  check_equal(co_await [] -> Task<std::vector<int>> { co_return {5, 6}; }(), std::vector{5, 6});
  check_equal((co_await [] -> Task<Pair> { co_return {.number = 1, .text = "x"}; }()).text,
              std::string("x"));
  check_equal((co_await [] -> Task<std::chrono::seconds> { co_return 4min; }()).count(), 240);
  check(!co_await [] -> Task<std::unique_ptr<Base>> { co_return nullptr; }());
  check(!co_await [] -> Task<std::unique_ptr<Base>> { co_return {}; }());
  auto derived =
      co_await [] -> Task<std::unique_ptr<const Base>> { co_return std::make_unique<Derived>(); }();
  check_equal(derived->number, 0);
  check_equal(co_await [] -> Task<std::string> { co_return "text"; }(), std::string("text"));
  check_equal(co_await [] -> Task<std::optional<long>> { co_return 5; }(), std::optional(5L));
  check(!co_await [] -> Task<std::optional<long>> { co_return std::nullopt; }());
  check_error(
      co_await [] -> Task<Result<int>> { co_return std::unexpected(Error(broken)); }(), broken);
  check_equal((co_await [] -> Task<std::variant<int, std::string>> { co_return "x"; }()).index(),
              1u);
  check_equal((co_await [] -> Task<std::function<int()>> { co_return [] { return 7; }; }())(), 7);
  int number = 3;
  check_equal(co_await [](int& number) -> Task<long> { co_return number; }(number), 3L);
}

WASIO_TEST("C18", "co_return of an object copies an lvalue, and moves a local") {
  const std::string text = "a text that is longer than a short one";
  check_equal(
      co_await [](const std::string& text) -> Task<std::string> { co_return text; }(text), text);
  check_equal(*co_await returned(std::make_unique<int>(7)), 7);
  check_equal(
      *co_await [] -> Task<std::unique_ptr<int>> {
        auto local = std::make_unique<int>(8);
        co_return local;
      }(),
      8);
  Derived derived;
  derived.number = 9;
  check_equal((co_await [](Derived& derived) -> Task<Base> { co_return derived; }(derived)).number,
              9);
}

WASIO_TEST("C18", "co_return of a reference refers to what outlives the coroutine") {
  Derived derived;
  Base& base = co_await [](Derived& derived) -> Task<Base&> { co_return derived; }(derived);
  check(&base == &derived);
  const Base& constant =
      co_await [](Derived& derived) -> Task<const Base&> { co_return derived; }(derived);
  check(&constant == &derived);
  const int& wrapped =
      co_await [](int& number) -> Task<const int&> { co_return std::ref(number); }(derived.number);
  check(&wrapped == &derived.number);
  const std::string& kept = co_await [] -> Task<const std::string&> {
    static const std::string text = "kept";
    co_return text;
  }();
  check_equal(kept, std::string("kept"));
}

WASIO_TEST("C18", "co_yield converts implicitly, as return does") {
  auto vectors = [] -> AsyncGenerator<std::vector<int>> { co_yield {5, 6}; }();
  check_equal(*co_await vectors.next(), std::vector{5, 6});
  auto texts = [](std::string text) -> AsyncGenerator<std::string> {
    co_yield "literal";
    co_yield text;
    co_yield std::move(text);
  }("a");
  check_equal(*co_await texts.next(), std::string("literal"));
  for (int i = 0; i < 2; ++i) check_equal(*co_await texts.next(), std::string("a"));
  const int five = 5;
  auto numbers = [](const int& number) -> AsyncGenerator<long> {
    co_yield number;
    co_yield {};
  }(five);
  check_equal(*co_await numbers.next(), 5L);
  check_equal(*co_await numbers.next(), 0L);
  // A temporary lives until the generator continues.
  auto references = [] -> AsyncGenerator<const std::string&> { co_yield "temporary"; }();
  check_equal(*co_await references.next(), std::string("temporary"));
}

} // namespace conformance
