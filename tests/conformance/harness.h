// The conformance suite's harness. A test is a coroutine, filed under the statement that it proves.
//
//   WASIO_TEST("C1", "a spawned task does not run before its spawner yields") { ... co_await ...; }
//
// The program runs its tests one after another: all of them, or those its arguments select (by a
// statement, or by part of a test's name). It prints one JSON line per test and the counts last:
//
//   {"id":"C1","name":"...","status":"pass"|"fail"|"skip","why":"..."}
//   {"passed":1,"failed":0,"skipped":0}
//
// With `--verbose` it announces each test on standard error as it starts. The exit code is 1 if a
// test failed. A test also fails if it leaks a frame or a timer, or leaves an unhandled error that
// it did not take.
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
  host,    // the test runs on the host's own event loop
  virtual_ // in its own runtime, where time advances only while all tasks wait: times are exact
};

// One test, of static storage duration. Its constructor links it into the list of all tests.
struct Test {
  Test(const char* id, const char* name, Task<> (*body)(), Clock clock);

  const char* id;
  const char* name;
  Task<> (*body)();
  Clock clock;
  Test* next = nullptr;
};

// The suite's main function.
Task<int> run_tests(Args args);

// Marks the running test as failed; it continues. The report shows the first failures.
void add_failure(std::string_view why, std::source_location where);
// Marks the running test as skipped, unless it fails: for what this host or build cannot show.
void skip(std::string_view why);

// The errors that reached the unhandled-error hook since the last `take_unhandled`: their number,
// and the first of them.
std::size_t unhandled_count();
std::vector<Error> take_unhandled();
// Takes them, and checks that there was exactly one, of this kind.
void check_unhandled(const ErrorKind& kind,
                     std::source_location where = std::source_location::current());

// Formats a value for the report of a failed check.
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
  if (!holds) add_failure("the check failed", where);
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
  if (result) return add_failure(join_text("expected ", kind.name, ", got no error"), where);
  if (!result.error().is(kind))
    add_failure(join_text("expected ", kind.name, ", got ", describe(result.error())), where);
}

} // namespace conformance

// Names are numbered within a translation unit, which may hold several files.
#define WASIO_TEST_JOIN_(a, b) a##b
#define WASIO_TEST_JOIN(a, b) WASIO_TEST_JOIN_(a, b)
#define WASIO_TEST_NAMED_(number, clock, id, name)                                                 \
  static ::wasio::Task<> WASIO_TEST_JOIN(test_, number)();                                         \
  static ::conformance::Test WASIO_TEST_JOIN(entry_, number){                                      \
      id, name, &WASIO_TEST_JOIN(test_, number), ::conformance::Clock::clock};                     \
  static ::wasio::Task<> WASIO_TEST_JOIN(test_, number)()

#define WASIO_TEST(id, name) WASIO_TEST_NAMED_(__COUNTER__, host, id, name)
// The same in virtual time.
#define WASIO_VIRTUAL_TEST(id, name) WASIO_TEST_NAMED_(__COUNTER__, virtual_, id, name)
