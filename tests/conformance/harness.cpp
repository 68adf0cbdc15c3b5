#include "harness.h"

#include <wasio/runtime.h>

#include <algorithm>
#include <cctype>

namespace conformance {
namespace {

// How long a test may run before it counts as hanging. Virtual time advances instantly, so there
// the limit only ends tests that wait forever.
constexpr auto host_limit = 5min;
constexpr auto virtual_limit = 24h * 365 * 250;
// How much free memory a test may leave behind. Leak checks walk over all of it, and after a test
// of a million tasks, that would be most of the time of every later test.
constexpr std::size_t max_free_bytes = 1 << 20;
constexpr std::size_t most_failures_kept = 5;
constexpr std::size_t most_unhandled_kept = 100;

Test* first_test = nullptr;

// The running test's outcome so far.
struct Report {
  std::string failures;
  std::size_t failure_count = 0;
  std::string skipped;
  std::vector<Error> unhandled;
  std::size_t unhandled_count = 0;
};
Report report;

struct Counts {
  int passed = 0;
  int failed = 0;
  int skipped = 0;
};

std::string quoted(std::string_view text) {
  constexpr const char* digits = "0123456789abcdef";
  std::string json = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (code < 0x20) {
      json += "\\u00";
      json += digits[code >> 4];
      json += digits[code & 15];
    } else {
      json += c;
    }
  }
  return json + '"';
}

void keep_unhandled(const Error& error) {
  if (++report.unhandled_count <= most_unhandled_kept) report.unhandled.push_back(error);
}

void note_failure(std::string_view why) {
  if (++report.failure_count > most_failures_kept) return;
  if (!report.failures.empty()) report.failures += "; ";
  report.failures += why;
}

// Runs the body and notes how it ended. Nothing of its outcome survives the call.
Task<> run_body(const Test& test) {
  Result<> ended;
  if (test.clock == Clock::virtual_) {
    ended = run_virtually(fail_after(virtual_limit, test.body()));
  } else {
    ended = co_await attempt(fail_after(host_limit, test.body()));
  }
  if (!ended) note_failure("ended with " + describe(ended.error()));
}

Task<> run_test(const Test& test) {
  const LeakCheck leaks;
  co_await run_body(test);
  for (const Error& error : take_unhandled()) note_failure("unhandled: " + describe(error));
  if (const LeakReport left = leaks.report(); !left.clean()) note_failure(left.describe());
  if (memory_use().free_bytes > max_free_bytes) trim_memory();
}

Task<> print_result(const Test& test, const char* status, std::string_view why) {
  co_await print(join_text("{\"id\":", quoted(test.id), ",\"name\":", quoted(test.name),
                           ",\"status\":\"", status, "\",\"why\":", quoted(why), "}\n"));
}

Task<> run_and_print(const Test& test, Counts& counts) {
  report = {};
  co_await run_test(test);
  if (report.failure_count != 0) {
    ++counts.failed;
    if (report.failure_count > most_failures_kept)
      report.failures += join_text("; and ", report.failure_count - most_failures_kept, " more");
    co_await print_result(test, "fail", report.failures);
  } else if (!report.skipped.empty()) {
    ++counts.skipped;
    co_await print_result(test, "skip", report.skipped);
  } else {
    ++counts.passed;
    co_await print_result(test, "pass", "");
  }
}

// Sorts C9 before C12, and C45 before C45b.
bool before(const Test* a, const Test* b) {
  const auto number = [](const Test* test) {
    int n = 0;
    for (const char* c = test->id; *c; ++c)
      if (std::isdigit(static_cast<unsigned char>(*c))) n = 10 * n + (*c - '0');
    return n;
  };
  if (a->id[0] != b->id[0]) return a->id[0] < b->id[0];
  if (number(a) != number(b)) return number(a) < number(b);
  return std::string_view(a->id) < b->id;
}

std::vector<const Test*> all_tests() {
  std::vector<const Test*> tests;
  for (const Test* test = first_test; test; test = test->next) tests.push_back(test);
  // The list is linked newest first. Reversed, the tests of a statement are in source order.
  std::ranges::reverse(tests);
  std::ranges::stable_sort(tests, before);
  return tests;
}

bool is_wanted(const Test& test, const std::vector<std::string>& names) {
  return names.empty() || std::ranges::any_of(names, [&](const std::string& name) {
           return name == test.id || std::string_view(test.name).contains(name);
         });
}

} // namespace

Test::Test(const char* id, const char* name, Task<> (*body)(), Clock clock)
    : id(id), name(name), body(body), clock(clock), next(std::exchange(first_test, this)) {}

void add_failure(std::string_view why, std::source_location where) {
  const Place place(where, where.line());
  note_failure(join_text(place.file(), ":", place.line(), ": ", why));
}

void skip(std::string_view why) {
  report.skipped = why;
}

std::size_t unhandled_count() {
  return report.unhandled_count;
}

std::vector<Error> take_unhandled() {
  report.unhandled_count = 0;
  return std::exchange(report.unhandled, {});
}

void check_unhandled(const ErrorKind& kind, std::source_location where) {
  const std::vector<Error> errors = take_unhandled();
  if (errors.size() == 1 && errors[0].is(kind)) return;
  std::string text =
      join_text("expected one unhandled error of kind ", kind.name, ", got ", errors.size());
  for (const Error& error : errors) text += ", " + describe(error);
  add_failure(text, where);
}

Task<int> run_tests(Args args) {
  std::vector<std::string> names(args.begin(), args.end());
  const bool verbose = std::erase(names, "--verbose") != 0;
  // The record of this task lives as long as it is referred to. This reference keeps it from being
  // counted as a leak of a test that refers to it.
  const TaskRef self = current_task();
  const auto hook = set_unhandled_error_hook(keep_unhandled);
  // No watch for slow steps: some tests compute for a long time, and a runtime should have only the
  // instruments that its test adds.
  const Duration limit = set_slow_step_limit(Duration::forever());
  Counts counts;
  for (const Test* test : all_tests()) {
    if (!is_wanted(*test, names)) continue;
    if (verbose) co_await print_error(join_text(test->id, ": ", test->name, "\n"));
    co_await run_and_print(*test, counts);
  }
  set_unhandled_error_hook(hook);
  set_slow_step_limit(limit);
  report = {};
  co_await print(join_text("{\"passed\":", counts.passed, ",\"failed\":", counts.failed,
                           ",\"skipped\":", counts.skipped, "}\n"));
  co_return counts.failed == 0 ? 0 : 1;
}

} // namespace conformance
