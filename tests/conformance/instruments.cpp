// C140: instruments.
#include "support.h"
#include <wasio/runtime.h>

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

// Logs `name:kind` for each event of a task or scope, with `:what` if the event carries that, and
// `kind:time` for each event of a timer.
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

WASIO_VIRTUAL_TEST("C140", "an instrument receives the events of a small program in order") {
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

WASIO_VIRTUAL_TEST("C140", "deadlines, cancels and their sources are reported") {
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

WASIO_VIRTUAL_TEST("C140", "an eager step is reported inside that of its spawner") {
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
  if (WASIO_PLACES == 0) co_return skip("this build keeps no places");
  Runtime::current().add_instrument(watcher);
  co_await sleep(3ms);
  check_equal(log, "sleeptrue at3000000");
}

WASIO_VIRTUAL_TEST("C140",
                   "instruments may be added and removed between events, and are called in order") {
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

WASIO_VIRTUAL_TEST("C140", "an instrument added inside an event receives the next one") {
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

WASIO_VIRTUAL_TEST("C140", "an instrument removed inside an event receives nothing more") {
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

WASIO_VIRTUAL_TEST("C140", "the only instrument may remove itself at any event") {
  // At each event in turn: what else the runtime reports in the same operation must not need it.
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

WASIO_VIRTUAL_TEST("C140", "what an instrument causes is not reported") {
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

WASIO_VIRTUAL_TEST("C140",
                   "an instrument that fails is removed and reported once; the run continues") {
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

WASIO_VIRTUAL_TEST("C140",
                   "an instrument that throws is removed, and the error holds the exception") {
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

WASIO_VIRTUAL_TEST("C140",
                   "an instrument's destructor removes it, even when its task is cancelled") {
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

WASIO_TEST("C140", "during an event outside a turn, the event's runtime is the current one") {
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
  runtime.begin(main);
  check_equal(heard, 2);
  check(&Runtime::current() != &runtime);
  co_return;
}

WASIO_VIRTUAL_TEST("C140", "between the steps no task is running") {
  int fired = 0;
  Calling watcher([&](const TraceEvent& event) {
    if (event.kind != TraceEvent::Kind::timer_fired) return;
    ++fired;
    check(detail::current_task_or_null() == nullptr);
  });
  Runtime::current().add_instrument(watcher);
  co_await sleep(0ms); // in this turn
  co_await sleep(1ms);
  check_equal(fired, 2);
}

WASIO_TEST("C140", "a runtime reports its destruction to an instrument that is still added") {
  Log log;
  Watcher watcher(log);
  MockClock loop;
  detail::MainTask<Task<>> main(std::in_place, sleep_noisily(log));
  main.describe("main", detail::CallPlace());
  main.hold();
  {
    Runtime runtime(loop);
    runtime.begin(main);
    runtime.turn();
    runtime.add_instrument(watcher);
  }
  check_equal(log, "main:leaves:scope unset:7200000 ms unset:3600000 ms ~main main:ended");
  // Afterwards it may watch another runtime.
  const auto ended = run_virtually([&]() -> Task<> {
    Runtime::current().add_instrument(watcher);
    co_await checkpoint();
  });
  check(ended.has_value());
  co_return;
}

} // namespace conformance
