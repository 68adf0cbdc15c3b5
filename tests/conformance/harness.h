// The conformance suite's harness: tests are coroutines, named by the statement that they show.
//
//   WASIO_TEST("C1", "a spawned task does not run before the spawner yields") { ... co_await ...; }
//
// The program runs every test, or those that its arguments name (a statement, or a part of a test's
// name), one after another, and prints one JSON line for each and a last one with the counts:
//
//   {"id":"C1","name":"...","status":"pass"|"fail"|"skip","why":"..."}
//   {"passed":1,"failed":0,"skipped":0}
//
// With `--verbose` it says on standard error which test begins. The exit code is 1 after a failure.
// A test fails, too, when it leaves a frame or a timer behind, or an unhandled error that it did
// not ask for.
#pragma once

#include <wasio/testing.h>
#include <wasio/wasio.h>

#include <concepts>
#include <functional>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

namespace conformance {

using namespace wasio;
using namespace std::chrono_literals;

enum class Clock {
  host,    // the test runs on the host's own loop
  virtual_ // in a runtime of its own where time passes only when all wait: times are exact
};

// One test; links itself into the list of all. They live for ever.
struct Test {
  Test(const char* id, const char* name, Task<> (*body)(), Clock clock);

  const char* id;
  const char* name;
  Task<> (*body)();
  Clock clock;
  Test* next = nullptr;
};

// The program.
Task<int> run_tests(Args args);

// Ends the running test as failed or skipped, once it returns; the first failures are kept.
void add_failure(std::string_view why, std::source_location where);
// For what this host cannot show.
void skip(std::string_view why);

// The errors that reached the unhandled-error hook since the last take: how many, and the first
// ones.
std::size_t unhandled_count();
std::vector<Error> take_unhandled();
// Takes them, and checks that there was this one and no other.
void check_unhandled(const ErrorKind& kind,
                     std::source_location where = std::source_location::current());

// How a value reads in the report of a failed check.
template <class T>
std::string show(const T& value) {
  if constexpr (std::same_as<T, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::integral<T> || std::floating_point<T>) {
    return join_text(value);
  } else if constexpr (std::convertible_to<T, std::string_view>) {
    return '"' + std::string(std::string_view(value)) + '"';
  } else if constexpr (requires { value.nanoseconds(); }) {
    return join_text(value.nanoseconds(), " ns");
  } else if constexpr (std::ranges::range<T>) {
    std::string text = "[";
    for (const auto& element : value) text += (text.size() > 1 ? ", " : "") + show(element);
    return text + "]";
  } else {
    return "(a value)";
  }
}

inline void check(bool holds, std::source_location where = std::source_location::current()) {
  if (!holds) add_failure("the check does not hold", where);
}

template <class A, class B>
void check_equal(const A& actual, const B& expected,
                 std::source_location where = std::source_location::current()) {
  if (!(actual == expected)) add_failure(show(actual) + " is not " + show(expected), where);
}

// Checks that the result is an error of this kind.
template <class T>
void check_error(const Result<T>& result, const ErrorKind& kind,
                 std::source_location where = std::source_location::current()) {
  if (result) return add_failure(join_text("no error, but wanted: ", kind.name), where);
  if (!result.error().is(kind))
    add_failure(join_text("wanted ", kind.name, ", but got ", describe(result.error())), where);
}

} // namespace conformance

#define WASIO_TEST_JOIN_(a, b) a##b
#define WASIO_TEST_JOIN(a, b) WASIO_TEST_JOIN_(a, b)
#define WASIO_TEST_ON_(clock, id, name)                                                            \
  static ::wasio::Task<> WASIO_TEST_JOIN(test_, __LINE__)();                                       \
  static ::conformance::Test WASIO_TEST_JOIN(entry_, __LINE__){                                    \
      id, name, &WASIO_TEST_JOIN(test_, __LINE__), ::conformance::Clock::clock};                   \
  static ::wasio::Task<> WASIO_TEST_JOIN(test_, __LINE__)()

#define WASIO_TEST(id, name) WASIO_TEST_ON_(host, id, name)
// The same in virtual time.
#define WASIO_VIRTUAL_TEST(id, name) WASIO_TEST_ON_(virtual_, id, name)
