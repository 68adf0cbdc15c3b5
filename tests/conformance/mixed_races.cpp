// C27: races of plain waits, and of waits and bodies.
#include "select_support.h"

namespace conformance {
namespace {

// The number of tasks that run for the only child of the current task.
std::size_t branches_of_child() {
  const auto children = current_task().children();
  return children.empty() ? 99 : children.front().children().size();
}

Task<int> guarded(Log& log, int value = 0, Duration cleanup = 0s) {
  co_await guard(sleep_long(), [&]() -> Task<> {
    if (cleanup > Duration()) co_await sleep(cleanup);
    log.add("cleaned");
  });
  co_return value;
}

#if WASIO_EXCEPTIONS
class Throwing final : public Wait {
 public:
  static constexpr bool always_stops = true;
  void await_resume() const noexcept {}

 private:
  void start() override { throw 5; }
  Stop stop() override { return Stop::stopped; }
};
#endif

} // namespace

WASIO_TEST("C27", "a race of plain waits makes no task, and loses nothing") {
  auto [first_sender, first] = channel<int>(0);
  auto [second_sender, second] = channel<int>(0);
  int got = 0;
  co_await beside(
      [&]() -> Task<> {
        const auto won = co_await race(first.receive(), second.receive());
        got = std::get<1>(won).value_or(0);
      },
      [&] {
        check_equal(branches_of_child(), 0u);
        check(second_sender.try_send(2).has_value());
        check(!first_sender.try_send(1).has_value()); // it has gone
      });
  check_equal(got, 2);
}

WASIO_TEST("C27", "in a mixed race only the bodies are tasks") {
  Event event;
  Log log;
  co_await beside(
      [&]() -> Task<> {
        const auto won = co_await race(event.wait(), guarded(log), sleep(1h), guarded(log));
        check_equal(won.index(), 0u);
        log.add("over");
      },
      [&] {
        check_equal(branches_of_child(), 2u);
        event.set();
        check_equal(log, "");
      });
  check_equal(log, "cleaned cleaned over");
  check_equal(Runtime::current().timer_count(), 1u); // the harness's own
}

WASIO_TEST("C27", "the end of a body stops the waits without effect, inside its step") {
  auto [sender, receiver] = channel<int>(0);
  Event go;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      const auto won = co_await race(receiver.receive(), [&]() -> Task<int> {
        co_await go.wait();
        co_return 6;
      });
      check_equal(std::get<1>(won), 6);
    });
    co_await let_others_run();
    check_equal(receiver.statistics().receiving, 1u);
    go.set();
    co_await checkpoint();
    check_equal(receiver.statistics().receiving, 0u);
    check(!sender.try_send(1).has_value());
  });
}

WASIO_TEST("C27", "a wait that is ready wins; the bodies run to their first checkpoint") {
  Event set;
  set.set();
  Log log;
  const auto won = co_await race(
      [&]() -> Task<> {
        log.add("begun");
        co_await checkpoint();
        log.add("never");
      },
      set.wait(), sleep(1h));
  check_equal(won.index(), 1u);
  check_equal(log, "begun");
}

WASIO_TEST("C27", "a wait that fails decides, and the bodies' errors are its others") {
  auto ends = channel<int>(0);
  Event event;
  bool failed = false;
  co_await beside(
      [&]() -> Task<> {
        auto ended = co_await attempt(race(
            event.wait(),
            [&]() -> Task<> {
              co_await guard(sleep_long(), [&]() -> Task<> { co_await fail(also_broken, "late"); });
            },
            ends.sender.send(1)));
        failed = !ended && ended.error().is(errors::closed);
        if (failed) check_equal(ended.error().others().size(), 1u);
      },
      [&] { ends.receiver.close(); });
  check(failed);
  check_equal(event.waiting(), 0u);
}

WASIO_TEST("C27", "a body that fails stops the waits, and its error propagates") {
  Event event;
  auto ended = co_await attempt(race(event.wait(), fail_now(broken, "first"), sleep(1h)));
  check_error(ended, broken);
  check_equal(event.waiting(), 0u);
}

WASIO_VIRTUAL_TEST("C27", "a wait that has won survives every cancel while the bodies end") {
  CancelScope scope;
  auto [sender, receiver] = channel<int>(0);
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      co_await scope.run([&]() -> Task<> {
        const auto won = co_await race(receiver.receive(), guarded(log, 1, 5ms));
        log.add("got", std::get<0>(won).value_or(0));
        co_await checkpoint();
        log.add("never");
      });
    });
    co_await sleep(1ms);
    check(sender.try_send(3).has_value());
    co_await sleep(1ms);
    scope.cancel();
  });
  check_equal(log, "cleaned got3");
}

WASIO_TEST("C27", "a loser's error is reported if a wait has won") {
  Event event;
  co_await beside(
      [&]() -> Task<> {
        co_await race(event.wait(), [&]() -> Task<> {
          co_await guard(sleep_long(), [&]() -> Task<> { co_await fail(broken, "lost"); });
        });
      },
      [&] { event.set(); });
  check_unhandled(broken);
}

WASIO_TEST("C27", "a cancel from outside ends the waits and the bodies") {
  CancelScope scope;
  Event event;
  Log log;
  co_await beside(
      [&]() -> Task<> {
        const bool finished = co_await scope.run(
            [&]() -> Task<> { co_await race(event.wait(), guarded(log), sleep(1h)); });
        check(!finished);
      },
      [&] {
        scope.cancel();
        check_equal(event.waiting(), 0u);
      });
  check_equal(log, "cleaned");
}

WASIO_TEST("C27", "cancelled on entry, no wait begins, and a body may still win") {
  auto [sender, receiver] = channel<int>(1);
  check(sender.try_send(1).has_value());
  CancelScope scope;
  scope.cancel();
  Log log;
  co_await scope.run([&]() -> Task<> {
    const auto won = co_await race(receiver.receive(), value_of(4));
    log.add("won", won.index());
  });
  check_equal(log, "won1");
  CancelScope other;
  other.cancel();
  const bool finished =
      co_await other.run([&]() -> Task<> { co_await race(receiver.receive(), sleep_long()); });
  check(!finished);
  check_equal(receiver.statistics().buffered, 1u);
}

#if WASIO_EXCEPTIONS
WASIO_TEST("C27", "a wait whose start throws fails the race, and the bodies are awaited") {
  Event event;
  Log log;
  auto ended = co_await attempt(race(event.wait(), Throwing(), [&]() -> Task<> {
    log.add("begun");
    co_await checkpoint();
    log.add("never");
  }));
  check_error(ended, errors::exception);
  check_equal(log, "begun");
  check_equal(event.waiting(), 0u);
}
#endif

WASIO_TEST("C27", "a body that ends and a wait that is granted in one step: the first wins") {
  Event event;
  Event go;
  std::size_t winner = 9;
  co_await beside(
      [&]() -> Task<> {
        const auto won = co_await race(event.wait(), [&]() -> Task<int> {
          co_await go.wait();
          co_return 1;
        });
        winner = won.index();
      },
      [&] {
        go.set();
        event.set(); // the body has not had its turn
      });
  check_equal(winner, 0u);
}

} // namespace conformance
