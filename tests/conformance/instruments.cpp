// C140 to C142: instruments, await chains, the dump of all tasks, slow steps.
#include "support.h"
#include <wasio/runtime.h>

#include <algorithm>
#if WASIO_EXCEPTIONS
#include <stdexcept>
#endif

namespace conformance {
namespace {

using Kind = TraceEventKind;

std::string_view word(Kind kind) {
  switch (kind) {
  case Kind::task_spawned:
    return "spawned";
  case Kind::task_scheduled:
    return "ready";
  case Kind::step_begun:
    return "step";
  case Kind::step_ended:
    return "rest";
  case Kind::task_ended:
    return "ended";
  case Kind::scope_entered:
    return "enters";
  case Kind::scope_cancelled:
    return "cancels";
  case Kind::scope_left:
    return "leaves";
  case Kind::timer_set:
    return "set";
  case Kind::timer_cancelled:
    return "unset";
  case Kind::timer_fired:
    return "fired";
  case Kind::wait_begun:
    return "waits";
  case Kind::wait_ended:
    return "waited";
  }
  return "?";
}

// Logs `name:what` for each event of a task, with the word that the event carries.
class Watcher final : public Instrument {
 public:
  explicit Watcher(Log& log) : log_(log) {}

  Result<> on_event(const TraceEvent& event) override {
    ++events;
    if (!event.node) {
      log_.add(word(event.kind), ':', describe(event.when - Instant::at(0)));
    } else if (event.what.empty()) {
      log_.add(event.task().given_name(), ':', word(event.kind));
    } else {
      log_.add(event.task().given_name(), ':', word(event.kind), ':', event.what);
    }
    return {};
  }

  int events = 0;

 private:
  Log& log_;
};

// Calls the function for each event.
template <class F>
class Calling final : public Instrument {
 public:
  explicit Calling(F function) : function_(std::move(function)) {}
  Result<> on_event(const TraceEvent& event) override {
    if constexpr (std::is_void_v<std::invoke_result_t<F&, const TraceEvent&>>) {
      function_(event);
      return {};
    } else {
      return function_(event);
    }
  }

 private:
  F function_;
};

Task<> sleep_noisily(Log& log) {
  const Noisy noisy(log, "main");
  co_await move_on_after(1h, sleep(2h));
}

} // namespace

WASIO_VIRTUAL_TEST("C140", "the events of a small program, in order") {
  Log log;
  Watcher watcher(log);
  Runtime::current().add_instrument(watcher);
  co_await task_group([](TaskGroup& group) { group.spawn(sleep(5ms), {.name = "child"}); });
  Runtime::current().remove_instrument(watcher);
  check_equal(log, "main:enters:group child:spawned child:ready main:waits:group main:rest "
                   "child:step set:5 ms child:waits:sleep child:rest "
                   "fired:5 ms child:ready child:step child:waited:sleep child:ended "
                   "main:ready child:rest main:step main:waited:group main:leaves:group");
}

WASIO_VIRTUAL_TEST("C140", "deadlines, cancels and their sources are told") {
  Log log;
  Calling watcher([&](const TraceEvent& event) {
    if (event.kind == Kind::scope_cancelled)
      log.add(event.what, event.depth(), ' ', static_cast<int>(event.source));
    if (event.kind == Kind::timer_cancelled) log.add("unset");
    if (event.kind == Kind::task_ended) log.add("ended", static_cast<int>(event.ending));
  });
  Runtime::current().add_instrument(watcher);
  co_await move_on_after(1ms, move_on_after(1h, sleep(2h)));
  co_await task_group([](TaskGroup& group) -> Task<> {
    auto handle = group.spawn(sleep_long());
    group.spawn(value_of(1));
    co_await checkpoint();
    handle.cancel();
  });
  check_equal(log, "scope2 2 unset unset ended0 task0 4 unset ended2");
}

WASIO_VIRTUAL_TEST("C140", "an eager step stands inside that of its spawner") {
  Log log;
  Watcher watcher(log);
  Runtime::current().add_instrument(watcher);
  background(value_of(1), {.name = "child", .eager = true});
  Runtime::current().remove_instrument(watcher);
  check_equal(log, "child:spawned child:step child:ended child:rest");
  co_return;
}

WASIO_VIRTUAL_TEST("C140", "the state of a task can be read inside an event") {
  Log log;
  Calling watcher([&](const TraceEvent& event) {
    if (event.kind == Kind::wait_begun)
      log.add(event.task().waits_for(),
              event.task().waits_at().line() == event.task().await_chain()[0].line());
    if (event.kind == Kind::step_begun) log.add("at", (now() - Instant::at(0)).nanoseconds());
  });
  if (WASIO_PLACES == 0) co_return skip("there are no places");
  Runtime::current().add_instrument(watcher);
  co_await sleep(3ms);
  check_equal(log, "sleeptrue at3000000");
}

WASIO_VIRTUAL_TEST("C140", "instruments come and go between events, each told in its order") {
  Log log;
  Calling first([&](const TraceEvent&) { log.add('1'); });
  Calling second([&](const TraceEvent&) { log.add('2'); });
  Runtime& runtime = Runtime::current();
  runtime.add_instrument(first);
  runtime.add_instrument(second);
  background(sleep(0ms)); // spawned, ready
  runtime.remove_instrument(first);
  co_await checkpoint();
  check(log.text().starts_with("1 2 1 2 2 2"));
  runtime.add_instrument(first);
  log.take();
  background(sleep(0ms));
  check_equal(log, "2 1 2 1");
}

WASIO_VIRTUAL_TEST("C140", "one that is added inside an event hears the next one") {
  Log log;
  Runtime& runtime = Runtime::current();
  Calling late([&](const TraceEvent& event) { log.add("late:", word(event.kind)); });
  bool added = false;
  Calling first([&](const TraceEvent& event) {
    log.add(word(event.kind));
    if (!std::exchange(added, true)) runtime.add_instrument(late);
  });
  runtime.add_instrument(first);
  background(sleep(0ms));
  check_equal(log, "spawned ready late:ready");
  co_return;
}

WASIO_VIRTUAL_TEST("C140", "one that is removed inside an event hears nothing more") {
  Log log;
  Runtime& runtime = Runtime::current();
  Calling last([&](const TraceEvent& event) { log.add("last:", word(event.kind)); });
  Calling victim([&](const TraceEvent& event) { log.add("victim:", word(event.kind)); });
  Calling first([&](const TraceEvent& event) {
    log.add(word(event.kind));
    runtime.remove_instrument(victim);
  });
  runtime.add_instrument(first);
  runtime.add_instrument(victim);
  runtime.add_instrument(last);
  background(sleep(0ms));
  check_equal(log, "spawned last:spawned ready last:ready");
  co_return;
}

WASIO_VIRTUAL_TEST("C140", "the only one may remove itself at any event") {
  // At each of the events: what the runtime tells in the same breath must not miss it.
  for (int left = 1; left < 24; ++left) {
    Runtime& runtime = Runtime::current();
    int heard = 0;
    Instrument* self = nullptr;
    Calling watcher([&](const TraceEvent&) {
      if (++heard == left) runtime.remove_instrument(*self);
    });
    self = &watcher;
    runtime.add_instrument(watcher);
    for (int i = 0; i < 3; ++i) co_await move_on_after(5ms, sleep(1h));
    co_await checkpoint();
    check_equal(heard, left);
  }
}

WASIO_VIRTUAL_TEST("C140", "what an instrument causes is told to nobody") {
  int heard = 0;
  Calling first([&](const TraceEvent&) {
    ++heard;
    background(sleep(0ms));
  });
  Runtime::current().add_instrument(first);
  background(sleep(0ms), {.name = "own"});
  Runtime::current().remove_instrument(first);
  check_equal(heard, 2);
  co_await sleep(1ms);
}

WASIO_VIRTUAL_TEST("C140", "one that fails is removed and reported once; the run goes on") {
  Log log;
  Calling failing([&](const TraceEvent&) -> Result<> {
    log.add("failing");
    return std::unexpected(Error(broken, "no more room"));
  });
  Watcher watcher(log);
  Runtime::current().add_instrument(failing);
  Runtime::current().add_instrument(watcher);
  background(sleep(0ms), {.name = "child"});
  co_await sleep(1ms);
  Runtime::current().remove_instrument(watcher);
  check_unhandled(broken);
  check(log.text().starts_with("failing child:spawned child:ready set:1 ms "));
}

WASIO_VIRTUAL_TEST("C140", "one that throws is removed, and the error holds the exception") {
#if WASIO_EXCEPTIONS
  int heard = 0;
  Calling throwing([&](const TraceEvent&) {
    ++heard;
    throw std::runtime_error("thrown");
  });
  Runtime::current().add_instrument(throwing);
  co_await sleep(1ms);
  check_equal(heard, 1);
  check_unhandled(errors::exception);
#else
  skip("built without exceptions");
  co_return;
#endif
}

WASIO_VIRTUAL_TEST("C140", "its destructor removes an instrument, when the task is cancelled too") {
  Log log;
  int heard = 0;
  const auto watch = [&]() -> Task<> {
    Calling watcher([&](const TraceEvent&) { ++heard; });
    Runtime::current().add_instrument(watcher);
    co_await sleep(1h);
  };
  co_await move_on_after(1ms, watch());
  const int before = heard;
  check(before > 0);
  co_await sleep(1ms);
  check_equal(heard, before);
}

WASIO_TEST("C140", "an event that comes outside of a turn has its runtime as the current one") {
  MockClock loop;
  detail::MainTask<Task<>> main(std::in_place, sleep_long());
  main.hold();
  Runtime runtime(loop);
  int heard = 0;
  Calling watcher([&](const TraceEvent&) {
    ++heard;
    check(&Runtime::current() == &runtime);
  });
  runtime.add_instrument(watcher);
  runtime.add_root(main);
  check_equal(heard, 2);
  check(&Runtime::current() != &runtime);
  co_return;
}

WASIO_VIRTUAL_TEST("C140", "between the steps no task is the running one") {
  int fired = 0;
  Calling watcher([&](const TraceEvent& event) {
    if (event.kind != TraceEvent::Kind::timer_fired) return;
    ++fired;
    check(detail::current_task_or_null() == nullptr);
  });
  Runtime::current().add_instrument(watcher);
  co_await sleep(0ms); // in this very turn
  co_await sleep(1ms);
  check_equal(fired, 2);
}

WASIO_TEST("C140",
           "a runtime that is destroyed tells its end to an instrument that is still there") {
  Log log;
  Watcher watcher(log);
  MockClock loop;
  detail::MainTask<Task<>> main(std::in_place, sleep_noisily(log));
  main.describe("main", detail::CallPlace());
  main.hold();
  {
    Runtime runtime(loop);
    runtime.add_root(main);
    runtime.turn();
    runtime.add_instrument(watcher);
  }
  check_equal(log, "main:leaves:scope unset:7200000 ms unset:3600000 ms ~main main:ended");
  // And it may watch another one.
  const auto ended = run_virtually([&]() -> Task<> {
    Runtime::current().add_instrument(watcher);
    co_await checkpoint();
  });
  check(ended.has_value());
  co_return;
}

namespace {

// The lines of the places, innermost first, from this function's first line on: `2 5`. Those of
// other files, such as support.h, are `-`.
std::string lines_from(std::source_location first, const std::vector<Place>& chain) {
  std::string lines;
  for (const Place& place : chain) {
    if (!lines.empty()) lines += ' ';
    if (place.file() == Place(first).file())
      lines += join_text(place.line() - first.line());
    else
      lines += '-';
  }
  return lines;
}

Task<> wait_deep(HandEvent& event, int depth) {
  if (depth == 0)
    co_await event.wait();
  else
    co_await wait_deep(event, depth - 1);
}

} // namespace

WASIO_VIRTUAL_TEST("C141", "the await chain of a waiting task, through every combinator") {
  if (WASIO_PLACES == 0) co_return skip("there are no places");
  HandEvent event;
  const auto first = std::source_location::current();
  const auto body = [&]() -> Task<> {
    co_await attempt([&]() -> Task<> {
      co_await shield([&]() -> Task<> {
        co_await fail_after(1h, [&]() -> Task<> {
          co_await guard(
              [&]() -> Task<> {
                co_await task_group(
                    [&](TaskGroup&) -> Task<> { co_await move_on_after(1h, event.wait()); });
              },
              [] {});
        });
      });
    });
  };
  auto handle = background(body(), {.name = "deep"});
  co_await checkpoint();
  const TaskRef task = root_tasks().back();
  check_equal(task.given_name(), "deep");
  check_equal(lines_from(first, task.await_chain()), "8 7 5 4 3 2");
  check_equal(task.waits_at().line() - first.line(), 8u);
  check_equal(task.waits_for(), "event");
  std::string scopes;
  for (const ScopeInfo& scope : task.scopes())
    scopes += join_text(scope.what, scope.shielded ? "! " : " ");
  check_equal(scopes, "scope! scope group scope ");
  event.set();
  co_await handle;
}

WASIO_VIRTUAL_TEST("C141", "the await chain of a cleanup that waits") {
  if (WASIO_PLACES == 0) co_return skip("there are no places");
  HandEvent event;
  const auto first = std::source_location::current();
  const auto cleanup = [&]() -> Task<> { co_await event.wait(); };
  const auto body = [&]() -> Task<> { co_await guard(sleep(1h), cleanup); };
  auto handle = background(body());
  co_await checkpoint();
  handle.cancel();
  co_await let_others_run();
  const TaskRef task = root_tasks().back();
  check_equal(lines_from(first, task.await_chain()), "1 2");
  check(task.scopes().back().shielded);
  event.set();
  co_await attempt(handle);
}

WASIO_VIRTUAL_TEST("C141", "who awaits a task: the host of its group or gather, and its handles") {
  Log log;
  const auto tell = [&](std::string_view what, const TaskRef& task) {
    log.add(what, ':', task.parent().given_name(), ',', task.parent().waits_for());
    for (const TaskRef& awaiter : task.awaiters()) log.add("by ", awaiter.given_name());
  };
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto slow = group.spawn(sleep(10ms), {.name = "slow"});
    group.spawn(gather(sleep(9ms), sleep(9ms)), {.name = "pair"});
    group.spawn([&]() -> Task<> { co_await slow; }, {.name = "a"});
    group.spawn([&]() -> Task<> { co_await slow; }, {.name = "b"});
    co_await sleep(1ms);
    const std::vector<TaskRef> children = current_task().children();
    tell("slow", children[0]);
    check_equal(children[0].children().size(), 0u);
    check_equal(children[2].waits_for(), "task");
    check_equal(children[1].children().size(), 2u);
    tell("branch", children[1].children()[1]);
    check(children[1].children()[1].parent() == children[1]);
  });
  check_equal(log, "slow:main, by a by b branch:pair,gather");
}

WASIO_VIRTUAL_TEST("C141", "the host of a group waits for it, and a group's body for `join`") {
  Log log;
  const auto look = [&](const TaskRef& task) { log.add(task.parent().waits_for()); };
  const auto child = [&]() -> Task<> {
    look(current_task());
    co_return;
  };
  co_await task_group([&](TaskGroup& group) { group.spawn(child()); });
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(child());
    co_await group.join();
  });
  check_equal(log, "group join");
}

WASIO_VIRTUAL_TEST("C141", "each wait names itself") {
  Log log;
  auto [sender, receiver] = channel<int>(0);
  auto [unread, kept] = channel<int>(0);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(sleep(1h));
    group.spawn(receiver.receive());
    group.spawn(unread.send(1));
    group.spawn(gather(sleep(1h)));
    group.spawn(task_group([](TaskGroup& inner) { inner.spawn(sleep(1h)); }));
    group.spawn([&]() -> Task<> {
      co_await group.start([](Started<>&) -> Task<> { co_await sleep(1h); });
    });
    co_await sleep(1ms);
    group.spawn(checkpoint());
    co_await checkpoint();
    for (const TaskRef& child : current_task().children()) log.add(child.waits_for());
    group.cancel();
  });
  check_equal(log, "sleep receive send gather group start checkpoint");
}

WASIO_VIRTUAL_TEST("C141", "the running task asks for its own chain") {
  if (WASIO_PLACES == 0) co_return skip("there are no places");
  const auto first = std::source_location::current();
  const auto inner = []() -> Task<std::vector<Place>> { co_return co_await current_await_chain(); };
  const auto outer = [&]() -> Task<std::vector<Place>> {
    co_return (co_await attempt(inner())).value();
  };
  check_equal(lines_from(first, co_await outer()).substr(0, 5), "1 3 5");
  check(current_task().await_chain().empty());
}

WASIO_VIRTUAL_TEST("C141", "asking for the own chain is no checkpoint") {
  CancelScope scope;
  scope.cancel();
  bool reached = false;
  co_await scope.run([&]() -> Task<> {
    co_await current_await_chain();
    reached = true;
    co_await checkpoint();
    reached = false;
  });
  check(reached);
}

namespace {

// Without what differs between compilers: the names of functions.
std::string without_functions(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    std::string_view rest = line;
    for (const std::string_view before : {" at ", "awaited by "}) {
      const std::size_t start = rest.find(before);
      const std::size_t end = rest.find(" (instruments.cpp:", start);
      if (start == rest.npos || end == rest.npos) continue;
      shown += rest.substr(0, start + before.size());
      rest.remove_prefix(end + 1);
      // What stands behind the function's own parameters is the place.
      while (rest.find(" (instruments.cpp:") != rest.npos)
        rest.remove_prefix(rest.find(" (instruments.cpp:") + 1);
    }
    shown += rest;
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (!text.empty()) shown += '\n';
  }
  return shown;
}

std::string at(std::source_location first, unsigned offset) {
  return join_text("(instruments.cpp:", first.line() + offset, ")");
}

} // namespace

WASIO_TEST("C141", "dump_tasks shows the whole tree: tasks, scopes, what they wait for and where") {
  if (WASIO_PLACES == 0) co_return skip("there are no places");
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
  const std::string expected = join_text("#1 main runs\n"
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
  check_equal(without_functions(ended.value()), expected);
}

WASIO_TEST("C141", "dump_tasks shows the awaits that a task stands in") {
  if (WASIO_PLACES == 0) co_return skip("there are no places");
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

WASIO_TEST("C141", "dump_tasks is bounded: of many scopes and tasks it counts the rest") {
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

WASIO_TEST("C90", "the report of a deadlock names 32 tasks at most") {
  const auto ended = run_virtually(task_group([](TaskGroup& group) {
    for (int i = 0; i < 40; ++i) group.spawn(sleep(Duration::forever()));
  }));
  check_error(ended, errors::deadlock);
  const std::string text = describe(ended.error());
  check(text.contains("\n#1 main waits for group"));
  check(text.contains("\n    #32 waits for sleep\nand 9 more"));
  co_return;
}

namespace {

// A clock that the test moves.
class HandClock final : public PulledLoop {
 public:
  Instant now() override { return time; }
  bool between_steps() override { return false; }
  bool wait_until(Instant deadline) override {
    if (deadline.is_never()) return false;
    time = std::max(time, deadline);
    return true;
  }

  Instant time = Instant::at(0);
};

HandClock hand_clock;

// What was reported, as it stood then.
struct Told {
  SlowStep step;
  std::string text;
};
std::vector<Told> slow_steps;

void keep_slow_step(const SlowStep& step) {
  slow_steps.push_back({step, describe(step)});
}

// Computes for so long.
void take(Duration span) {
  hand_clock.time = hand_clock.time + span;
}

// Runs the body on the hand-moved clock; gives the steps that took longer than 10 ms.
std::vector<Told> slow_steps_of(Task<> body) {
  slow_steps.clear();
  SlowSteps watch(10ms, keep_slow_step);
  const auto run_watched = [&]() -> Task<> {
    Runtime::current().add_instrument(watch);
    co_await checkpoint(); // the step that adds it is not seen from its beginning
    co_await std::move(body);
  };
  detail::MainTask<decltype(run_watched)> main(std::in_place, run_watched);
  detail::run_main(hand_clock, main);
  check(main.outcome().has_value());
  return std::exchange(slow_steps, {});
}

} // namespace

WASIO_TEST("C142", "a step longer than the limit is reported with task, place and time") {
  const auto first = std::source_location::current();
  const auto body = [](std::source_location) -> Task<> {
    take(10ms); // not longer than the limit
    co_await sleep(5ms);
    take(11ms);
    co_await sleep(50ms);
    take(1ms);
  };
  const auto slow = slow_steps_of(body(first));
  check_equal(slow.size(), 1u);
  check_equal(slow[0].step.time, Duration(11ms));
  check_equal(slow[0].step.task.name(), "main");
  if (WASIO_PLACES != 0) {
    check_equal(slow[0].step.place.file(), "instruments.cpp");
    check_equal(slow[0].step.place.line() - first.line(), 5u);
  }
  co_return;
}

WASIO_TEST("C142", "of a task that ended in the step, the place is that of its spawn") {
  const auto slow = slow_steps_of([]() -> Task<> {
    background(
        []() -> Task<> {
          take(20ms);
          co_return;
        },
        {.name = "quick"});
    co_await sleep(1ms);
  }());
  check_equal(slow.size(), 1u);
  check(slow[0].step.task.done());
  check_equal(slow[0].step.task.name(), "quick");
  const std::string text = slow[0].text;
  check(text.starts_with("a step of quick took 20 ms; then it ended"));
  if (WASIO_PLACES != 0)
    check(text.contains(", spawned at ") && text.contains("(instruments.cpp:"));
  co_return;
}

WASIO_TEST("C142", "the report says what the task waits for afterwards") {
  const auto slow = slow_steps_of([]() -> Task<> {
    take(20ms);
    co_await sleep(1ms);
  }());
  const std::string text = slow.at(0).text;
  check(text.starts_with("a step of main took 20 ms; then it waits for sleep"));
  if (WASIO_PLACES != 0) check(text.contains(" at ") && text.contains("(instruments.cpp:"));
  co_return;
}

WASIO_TEST("C142", "an eager step counts for its task and for the one that spawned it") {
  const auto slow = slow_steps_of([]() -> Task<> {
    background(
        []() -> Task<> {
          take(20ms);
          co_return;
        },
        {.name = "eager", .eager = true});
    take(1ms);
    co_await sleep(1ms);
  }());
  check_equal(slow.size(), 2u);
  check_equal(slow[0].step.task.name(), "eager");
  check_equal(slow[0].step.time, Duration(20ms));
  check_equal(slow[1].step.task.name(), "main");
  check_equal(slow[1].step.time, Duration(21ms));
  co_return;
}

WASIO_TEST("C142", "a debug build watches every runtime; the program sets the limit") {
  const auto watched_inside = [] {
    return run_virtually([]() -> Task<bool> { co_return Runtime::current().watched(); }).value();
  };
  const Duration before = set_slow_step_limit(50ms);
  check_equal(Runtime::current().watched(), WASIO_DEBUG == 1);
  check_equal(watched_inside(), WASIO_DEBUG == 1);
  check_equal(set_slow_step_limit(Duration::forever()), Duration(50ms));
  check(!Runtime::current().watched());
  check(!watched_inside());
  set_slow_step_limit(before);
  co_return;
}

} // namespace conformance
