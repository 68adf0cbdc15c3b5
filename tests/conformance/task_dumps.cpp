// C141: the dump of all tasks. C90: the report of a deadlock.
#include "support.h"

#include <algorithm>

namespace conformance {
namespace {

// Removes what differs between compilers: the names of functions.
std::string without_functions(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    std::string_view rest = line;
    for (const std::string_view before : {" at ", "awaited by "}) {
      const std::size_t start = rest.find(before);
      const std::size_t end = rest.find(" (task_dumps.cpp:", start);
      if (start == rest.npos || end == rest.npos) continue;
      shown += rest.substr(0, start + before.size());
      rest.remove_prefix(end + 1);
      // The name of a function may itself contain places; the last one is the task's.
      while (rest.find(" (task_dumps.cpp:") != rest.npos)
        rest.remove_prefix(rest.find(" (task_dumps.cpp:") + 1);
    }
    shown += rest;
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (!text.empty()) shown += '\n';
  }
  return shown;
}

std::string at(std::source_location first, unsigned offset) {
  return join_text("(task_dumps.cpp:", first.line() + offset, ")");
}

// What the test of the whole tree expects. `first` is its first line, from which places count.
std::string whole_tree(std::source_location first) {
  return join_text("#1 main runs\n"
                   "  group\n"
                   "    #2 slow is ready after sleep at ",
                   at(first, 4),
                   ", awaited by #3, cancelled by handle: enough\n"
                   "    #3 other waits for task at ",
                   at(first, 5),
                   "\n"
                   "    #4 pair waits for gather at ",
                   at(first, 7),
                   "\n"
                   "      scope, deadline in 4 ms\n"
                   "        scope, shielded\n"
                   "          gather\n"
                   "            #6 waits for sleep\n"
                   "    #8 new has not started, spawned at ",
                   at(first, 11));
}

Task<> wait_deep(HandEvent& event, int depth) {
  if (depth == 0)
    co_await event.wait();
  else
    co_await wait_deep(event, depth - 1);
}

} // namespace

WASIO_TEST("C141", "dump_tasks shows the whole tree: tasks, scopes, what they wait for and where") {
  if (WASIO_PLACES == 0) co_return skip("this build keeps no places");
  const auto first = std::source_location::current();
  const auto ended = run_virtually([&]() -> Task<std::string> {
    CancelScope scope;
    co_return *co_await task_group([&](TaskGroup& group) -> Task<std::string> {
      auto slow = group.spawn([]() -> Task<> { co_await sleep(1h); }, {.name = "slow"});
      group.spawn([&]() -> Task<> { co_await slow; }, {.name = "other"});
      group.spawn(
          move_on_after(5ms, shield([]() -> Task<> { co_await gather(sleep(1h), value_of(1)); })),
          {.name = "pair"});
      group.spawn(value_of(1), {.name = "late"});
      co_await sleep(1ms);
      group.spawn(scope.run(value_of(1)), {.name = "new"});
      scope.cancel("not wanted");
      slow.cancel("enough");
      std::string text = dump_tasks();
      group.cancel();
      co_return text;
    });
  });
  check_equal(without_functions(ended.value()), whole_tree(first));
}

WASIO_TEST("C141", "dump_tasks shows the awaits that a task is in") {
  if (WASIO_PLACES == 0) co_return skip("this build keeps no places");
  HandEvent event;
  const auto text_of = [&](int depth) {
    return run_virtually([&event, depth]() -> Task<std::string> {
             background(wait_deep(event, depth), {.name = "deep"});
             co_await checkpoint();
             std::string text = dump_tasks();
             co_return text.substr(text.find("#2"));
           })
        .value();
  };
  const std::string short_one = text_of(2);
  check(short_one.starts_with("#2 deep waits for event at "));
  check_equal(std::ranges::count(short_one, '\n'), 2);
  check(short_one.contains("\n  awaited by "));
  const std::string whole = text_of(15);
  check_equal(std::ranges::count(whole, '\n'), 15);
  const std::string cut = text_of(16);
  check_equal(std::ranges::count(cut, '\n'), 16);
  check(cut.contains("\n  ... 1 more ...\n"));
  check(text_of(100'000).contains("\n  ... 99985 more ...\n"));
}

namespace {

Task<std::string> dump_inside(int scopes) {
  if (scopes == 0) co_return dump_tasks();
  co_return *co_await move_on_after(1h, dump_inside(scopes - 1));
}

Task<std::string> dump_below(int tasks) {
  if (tasks == 0) co_return dump_tasks(100);
  std::string text;
  co_await task_group([&](TaskGroup& group) {
    group.spawn([&]() -> Task<> { text = co_await dump_below(tasks - 1); });
  });
  co_return text;
}

} // namespace

WASIO_TEST("C141", "dump_tasks is bounded: it counts the scopes and tasks that it omits") {
  check_equal(run_virtually(dump_inside(17)).value(), [] {
    std::string text = "#1 main runs";
    for (std::size_t i = 1; i <= 17; ++i)
      text += "\n" + std::string(2 * i, ' ') +
              (i == 5 ? "... 1 more ..." : "scope, deadline in 3600000 ms");
    return text;
  }());
  const std::string scopes = run_virtually(dump_inside(5000)).value();
  check_equal(std::ranges::count(scopes, '\n'), 17);
  check(scopes.contains("... 4984 more ..."));
  check(scopes.size() < 4000);
  const std::string tasks = run_virtually(dump_below(5000)).value();
  check(tasks.ends_with("\nand 4901 more"));
  check(tasks.size() < 100'000);
  co_return;
}

WASIO_TEST("C90", "the report of a deadlock names at most 32 tasks") {
  const auto ended = run_virtually(task_group([](TaskGroup& group) {
    for (int i = 0; i < 40; ++i) group.spawn(sleep(Duration::forever()));
  }));
  check_error(ended, errors::deadlock);
  const std::string text = describe(ended.error());
  check(text.contains("\n#1 main waits for group"));
  check(text.contains("\n    #32 waits for sleep\nand 9 more"));
  co_return;
}

} // namespace conformance
