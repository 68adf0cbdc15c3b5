// C73: exit stacks. C69, C70: what `with` closes, with and without a limit.
#include "support.h"
#include <wasio/memory.h>
#include <wasio/runtime.h>

namespace conformance {
namespace {

// Logs its closing, which takes `closes_in` and fails if given an error kind.
class Door {
 public:
  Door(Log& log, std::string name, Duration closes_in = 0s, const ErrorKind* fails = nullptr)
      : log_(&log), name_(std::move(name)), closes_in_(closes_in), fails_(fails) {}
  Door(Door&& other) noexcept
      : log_(std::exchange(other.log_, nullptr)), name_(std::move(other.name_)),
        closes_in_(other.closes_in_), fails_(other.fails_) {}
  ~Door() {
    if (log_) log_->add('~', name_);
  }

  Task<> aclose() {
    log_->add("close-", name_);
    co_await sleep(closes_in_);
    if (fails_) co_await fail(*fails_, name_);
    log_->add("closed-", name_);
  }
  const std::string& name() const { return name_; }

 private:
  Log* log_;
  std::string name_;
  Duration closes_in_;
  const ErrorKind* fails_;
};

Task<Door> open_door(Log& log, std::string name) {
  co_await checkpoint();
  co_return Door(log, std::move(name));
}

// A cleanup that logs twice: when it starts, and after other tasks have had a turn.
auto note(Log& log, std::string name) {
  return [&log, name]() -> Task<> {
    log.add(name);
    co_await checkpoint();
    log.add(name, '.');
  };
}
auto fails(const ErrorKind& kind, std::string message) {
  return [&kind, message]() -> Task<> {
    co_await checkpoint();
    co_await fail(kind, message);
  };
}

std::string messages(const Error& error) {
  std::string text(error.message());
  for (const Error& other : error.others()) text += join_text(" ", other.message());
  return text;
}

WASIO_TEST("C73", "cleanups run after a value, an error and a cancel, the last one added first") {
  const auto three = [](Log& log, auto body) -> Task<> {
    co_await exit_stack([&](ExitStack& stack) -> Task<> {
      const Noisy noisy(log, "body");
      co_await stack.defer(note(log, "a"));
      co_await stack.enter(open_door(log, "b"));
      co_await stack.defer(note(log, "c"));
      co_await body();
    });
  };
  constexpr std::string_view all = "~body c c. close-b closed-b ~b a a.";
  Log log;
  co_await three(log, [] { return checkpoint(); });
  check_equal(log.take(), all);
  check_error(co_await attempt(three(log, []() -> Task<> { co_await fail(broken); })), broken);
  check_equal(log.take(), all);
  check(!co_await move_on_after(1ms, three(log, sleep_long)));
  check_equal(log.take(), all);
}

WASIO_TEST("C73", "exit_stack returns what its body returns: nothing, a value or a reference") {
  int number = 1;
  co_await exit_stack([](ExitStack&) {});
  check_equal(co_await exit_stack([](ExitStack&) -> Task<int> { co_return 3; }), 3);
  const auto moved = co_await exit_stack([](ExitStack& stack) -> Task<MoveOnly> {
    co_await stack.defer(checkpoint());
    co_return MoveOnly(4);
  });
  check_equal(*moved.number, 4);
  int& same = co_await exit_stack([&](ExitStack&) -> Task<int&> { co_return number; });
  check(&same == &number);
}

WASIO_TEST("C73", "a callable, a Task and an awaitable can be deferred, even by a plain function") {
  Log log;
  co_await exit_stack([&](ExitStack& stack) {
    check(stack.defer([&] { log.add("function"); }).has_value());
    check(stack.defer(note(log, "coroutine")).has_value());
    const auto task = [](Log& log) -> Task<> {
      log.add("task");
      co_return;
    };
    check(stack.defer(task(log)).has_value());
    check(stack.defer(sleep(1ms)).has_value());
  });
  check_equal(log, "task coroutine coroutine. function");
}

WASIO_TEST("C73", "a resource keeps its address until it is closed") {
  Log log;
  co_await exit_stack([&](ExitStack& stack) -> Task<> {
    Door& first = co_await stack.enter(Door(log, "first"));
    co_await stack.defer([&] { log.add("still-", first.name()); });
    for (int i = 0; i < 20; ++i) co_await stack.defer([] {});
    Door& second = co_await stack.enter(open_door(log, "second"));
    check_equal(first.name(), "first");
    check_equal(second.name(), "second");
  });
  check_equal(log,
              "close-second closed-second ~second still-first close-first closed-first ~first");
}

WASIO_TEST("C73", "an opening that fails or is cancelled adds nothing") {
  Log log;
  const auto broken_door = []() -> Task<Door> {
    co_await fail(broken);
    std::unreachable();
  };
  const auto stuck_door = [&]() -> Task<Door> {
    co_await sleep_long();
    co_return Door(log, "stuck");
  };
  co_await exit_stack([&](ExitStack& stack) -> Task<> {
    co_await stack.enter(open_door(log, "a"));
    check_error(co_await attempt(stack.enter(broken_door())), broken);
    check(!co_await move_on_after(1ms, stack.enter(stuck_door())));
    log.add("body");
  });
  check_equal(log, "body close-a closed-a ~a");
}

WASIO_TEST("C73", "all cleanups run, and their errors are attached to the first one") {
  const auto failing = [](auto body) -> Task<> {
    co_await exit_stack([&](ExitStack& stack) -> Task<> {
      co_await stack.defer(fails(also_broken, "third"));
      co_await stack.defer([] {});
      co_await stack.defer(fails(also_broken, "second"));
      co_await stack.defer(fails(broken, "first"));
      co_await body();
    });
  };
  const auto after_value = co_await attempt(failing([] { return checkpoint(); }));
  check_error(after_value, broken);
  check_equal(messages(after_value.error()), "first second third");

  const auto after_error =
      co_await attempt(failing([]() -> Task<> { co_await fail(errors::failure, "body"); }));
  check_error(after_error, errors::failure);
  check_equal(messages(after_error.error()), "body first second third");

  CancelScope scope;
  scope.cancel();
  const auto after_cancel = co_await attempt(scope.run([&]() -> Task<> {
    auto ended = co_await attempt(failing(sleep_long));
    check_equal(messages(ended.error()), "first second third");
    co_await std::move(ended);
  }));
  check_error(after_cancel, broken);
  check(!scope.cancelled_caught());
}

WASIO_TEST("C73", "the body's value is destroyed if a cleanup fails") {
  Log log;
  const auto ended =
      co_await attempt(exit_stack([&](ExitStack& stack) -> Task<std::unique_ptr<Noisy>> {
        co_await stack.defer(note(log, "a"));
        co_await stack.enter(Door(log, "b", 0s, &broken));
        co_return std::make_unique<Noisy>(log, "value");
      }));
  check_error(ended, broken);
  check_equal(log, "close-b ~b a a. ~value");
}

WASIO_VIRTUAL_TEST("C73", "each cleanup is shielded from cancels before and during it") {
  Log log;
  CancelScope scope;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto task = group.spawn([&]() -> Task<> {
      co_await scope.run(exit_stack([&](ExitStack& stack) -> Task<> {
        co_await stack.enter(Door(log, "a", 2ms));
        co_await stack.enter(Door(log, "b", 2ms));
        co_await sleep_long();
      }));
      log.add("never");
    });
    co_await let_others_run();
    scope.cancel();
    co_await let_others_run();
    check_equal(log, "close-b");
    task.cancel();
  });
  check_equal(log, "close-b closed-b ~b close-a closed-a ~a");
}

WASIO_VIRTUAL_TEST("C73", "each cleanup has its own limit, or the stack's") {
  Log log;
  const Instant start = now();
  const int value = co_await exit_stack(
      [&](ExitStack& stack) -> Task<int> {
        co_await stack.defer(note(log, "a"));
        co_await stack.enter(Door(log, "b", 1h), {.close_within = 10ms});
        co_await stack.enter(Door(log, "c", 1h));
        co_await stack.defer([] { return sleep(1h); }, {.within = 20ms});
        co_await stack.enter(Door(log, "d", 50ms), {.close_within = 60ms});
        co_return 7;
      },
      {.close_within = 5ms});
  check_equal(value, 7);
  check_equal(log, "close-d closed-d ~d close-c ~c close-b ~b a a.");
  check_equal((now() - start).nanoseconds(), Duration(85ms).nanoseconds());
}

WASIO_VIRTUAL_TEST("C73", "a cleanup that is cut off does not change an earlier error or cancel") {
  Log log;
  const auto slow = [&](auto body) -> Task<> {
    co_await exit_stack(
        [&](ExitStack& stack) -> Task<> {
          co_await stack.enter(Door(log, "a"));
          co_await stack.enter(Door(log, "b", 1h));
          co_await body();
        },
        {.close_within = 5ms});
  };
  const auto ended = co_await attempt(slow([]() -> Task<> { co_await fail(broken); }));
  check_error(ended, broken);
  check(ended.error().others().empty());
  check_equal(log.take(), "close-b ~b close-a closed-a ~a");
  check(!co_await move_on_after(1ms, slow(sleep_long)));
  check_equal(log.take(), "close-b ~b close-a closed-a ~a");
}

WASIO_VIRTUAL_TEST(
    "C73", "once a grace is over, each remaining cleanup still runs to its first checkpoint") {
  Log log;
  CancelScope scope;
  const Instant start = now();
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      co_await scope.run(exit_stack([&](ExitStack& stack) -> Task<> {
        for (const char* name : {"a", "b", "c"}) co_await stack.enter(Door(log, name, 1h));
        co_await sleep_long();
      }));
    });
    co_await let_others_run();
    scope.cancel({.grace = 10ms});
  });
  check(scope.cancelled_caught());
  check_equal(log, "close-c ~c close-b ~b close-a ~a");
  check_equal((now() - start).nanoseconds(), Duration(10ms).nanoseconds());
}

WASIO_TEST("C73", "what a cleanup adds is cleaned up next") {
  Log log;
  co_await exit_stack([&](ExitStack& stack) -> Task<> {
    co_await stack.defer(note(log, "a"));
    co_await stack.defer([&]() -> Task<> {
      log.add("b");
      co_await stack.defer(note(log, "d"));
      co_await stack.enter(open_door(log, "e"));
      log.add("b.");
    });
    co_await stack.defer(note(log, "c"));
  });
  check_equal(log, "c c. b b. close-e closed-e ~e d d. a a.");
}

WASIO_TEST("C73", "a stack that has ended accepts nothing more") {
  Log log;
  ExitStack* gone = nullptr;
  // The stack still exists where it was awaited, but has ended.
  const auto late = [&](int) -> Task<> {
    co_await exit_stack([&](ExitStack& stack) -> Task<> {
      co_await stack.defer(note(log, "kept"));
      check_error(stack.move_to(*gone), errors::misuse);
    });
    check_error(gone->defer(note(log, "never")), errors::misuse);
    check_error(gone->defer(checkpoint()), errors::misuse);
    check_error(gone->defer(sleep_long()), errors::misuse);
    check_error(co_await attempt(gone->enter(Door(log, "door"))), errors::misuse);
  };
  co_await late(co_await exit_stack([&](ExitStack& stack) -> Task<int> {
    gone = &stack;
    co_return 1;
  }));
  check_equal(log, "kept kept. ~door");
}

WASIO_TEST("C73", "a limit that is not a number is misuse, and adds nothing") {
  const Duration nan = std::chrono::duration<double>(__builtin_nan(""));
  Log log;
  check_error(
      co_await attempt(exit_stack([&](ExitStack&) { log.add("never"); }, {.close_within = nan})),
      errors::misuse);
  co_await exit_stack([&](ExitStack& stack) -> Task<> {
    check_error(stack.defer(note(log, "never"), {.within = nan}), errors::misuse);
    check_error(co_await attempt(stack.enter(Door(log, "a"), {.close_within = nan})),
                errors::misuse);
    log.add("body");
  });
  check_equal(log, "~a body");
}

WASIO_TEST("C73", "a cleanup that cannot start counts as failed, and the others run") {
  Log log;
  const auto ended = co_await attempt(exit_stack([&](ExitStack& stack) -> Task<> {
    Task<> task = let_others_run();
    co_await stack.defer(note(log, "a"));
    co_await stack.defer(std::move(task));
    co_await stack.defer(std::move(task)); // NOLINT: there is nothing left to run
    co_await stack.defer(note(log, "b"));
    co_await fail(broken);
  }));
  check_error(ended, broken);
  check_equal(ended.error().others().size(), 1u);
  check(ended.error().others()[0].is(errors::misuse));
  check_equal(log, "b b. a a.");
}

WASIO_TEST("C73", "move_to hands all cleanups to another stack, in their order") {
  Log log;
  const auto open_all = [&](ExitStack& whole, bool fails) -> Task<> {
    co_await exit_stack([&](ExitStack& part) -> Task<> {
      co_await part.enter(open_door(log, "a"));
      co_await part.enter(open_door(log, "b"));
      if (fails) co_await fail(broken);
      co_await part.move_to(part);
      co_await part.move_to(whole);
      co_await part.move_to(whole);
      co_await part.defer(note(log, "part"));
    });
  };
  co_await exit_stack([&](ExitStack& stack) -> Task<> {
    co_await stack.defer(note(log, "before"));
    check_error(co_await attempt(open_all(stack, true)), broken);
    check_equal(log.take(), "close-b closed-b ~b close-a closed-a ~a");
    co_await open_all(stack, false);
    check_equal(log.take(), "part part.");
    co_await stack.defer(note(log, "after"));
  });
  check_equal(log, "after after. close-b closed-b ~b close-a closed-a ~a before before.");
}

WASIO_TEST("C73", "children of the body may add cleanups, and the stack ends after them") {
  Log log;
  co_await exit_stack([&](ExitStack& stack) -> Task<> {
    co_await task_group([&](TaskGroup& group) {
      for (const char* name : {"a", "b"})
        group.spawn(
            [&stack, &log, name]() -> Task<> { co_await stack.enter(open_door(log, name)); });
    });
    log.add("body");
  });
  check_equal(log, "body close-b closed-b ~b close-a closed-a ~a");
}

WASIO_TEST("C73", "stacks nest in stacks and in guards, and the inner ones end first") {
  Log log;
  co_await guard(exit_stack([&](ExitStack& outer) -> Task<> {
                   co_await outer.defer(note(log, "outer"));
                   co_await outer.defer([&]() -> Task<> {
                     co_await exit_stack([&](ExitStack& inside) -> Task<> {
                       co_await inside.defer(note(log, "cleanup"));
                     });
                   });
                   co_await exit_stack([&](ExitStack& inner) -> Task<> {
                     co_await inner.defer(note(log, "inner"));
                   });
                 }),
                 note(log, "guard"));
  check_equal(log, "inner inner. cleanup cleanup. outer outer. guard guard.");
}

WASIO_TEST("C73", "a tall stack ends without recursion") {
  constexpr int count = 20'000;
  int ended = 0;
  co_await exit_stack([&](ExitStack& stack) -> Task<> {
    for (int i = 0; i < count; ++i)
      co_await stack.defer([&, i]() -> Task<> {
        check_equal(i, count - 1 - ended++);
        co_return;
      });
  });
  check_equal(ended, count);
}

WASIO_TEST("C73",
           "a runtime destroyed with stacks in it runs no further cleanup and leaks nothing") {
  Log log;
  const auto before = memory_use().live_blocks;
  {
    const auto in_body = [&](ExitStack& stack) -> Task<> {
      co_await stack.enter(Door(log, "a"));
      co_await stack.defer(note(log, "never"));
      co_await stack.defer(sleep_long());
      co_await stack.enter(Door(log, "b"));
      co_await sleep_long();
    };
    const auto in_cleanup = [&](ExitStack& stack) -> Task<std::unique_ptr<Noisy>> {
      co_await stack.enter(Door(log, "c"));
      co_await stack.enter(Door(log, "d", 1h), {.close_within = 30min});
      co_return std::make_unique<Noisy>(log, "value");
    };
    const auto work = [&]() -> Task<> {
      co_await task_group([&](TaskGroup& group) {
        group.spawn(exit_stack(in_body));
        group.spawn(exit_stack(in_cleanup));
      });
    };
    MockClock clock;
    detail::MainTask<decltype(work)> main(std::in_place, work);
    main.hold();
    Runtime runtime(clock);
    runtime.begin(main);
    for (int i = 0; i < 3; ++i) runtime.turn();
    check(runtime.timer_count() > 0);
    check_equal(log.take(), "close-d");
  }
  check_equal(log, "~b ~a ~value ~d ~c");
  check_equal(memory_use().live_blocks, before);
  co_return;
}

#if WASIO_EXCEPTIONS
struct ThrowsAtOnce {
  WASIO_CORO_WRAPPER Task<> aclose() { throw 1; }
};

WASIO_TEST("C73", "what a cleanup throws is its error, even before it has started") {
  Log log;
  const auto ended = co_await attempt(exit_stack([&](ExitStack& stack) -> Task<> {
    co_await stack.defer(note(log, "a"));
    co_await stack.enter(ThrowsAtOnce());
    co_await stack.defer([] { throw 2; });
  }));
  check_error(ended, errors::exception);
  check_equal(ended.error().others().size(), 1u);
  check_equal(log, "a a.");
}
#endif

WASIO_VIRTUAL_TEST("C70", "an aclose that is cut off leaves the rest to the destructor") {
  Log log;
  const auto slowly = [&](auto body) -> Task<> {
    Door door(log, "door", 1h);
    co_await with(door, body, {.close_within = 20ms});
    log.add("on");
  };
  const Instant start = now();
  co_await slowly([] { return checkpoint(); });
  check_equal(log.take(), "close-door on ~door");
  check_error(co_await attempt(slowly([]() -> Task<> { co_await fail(broken); })), broken);
  check_equal(log.take(), "close-door ~door");
  check(!co_await move_on_after(0s, slowly(sleep_long)));
  check_equal(log.take(), "close-door ~door");
  check_equal((now() - start).nanoseconds(), Duration(60ms).nanoseconds());
}

WASIO_TEST("C69", "the error of an aclose propagates like that of any cleanup") {
  Log log;
  const auto failing = [&](auto body) -> Task<> {
    Door door(log, "door", 0s, &also_broken);
    co_await with(door, body);
  };
  check_error(co_await attempt(failing([] { return checkpoint(); })), also_broken);
  const auto both = co_await attempt(failing([]() -> Task<> { co_await fail(broken, "body"); }));
  check_error(both, broken);
  check_equal(messages(both.error()), "body door");
  CancelScope scope;
  scope.cancel();
  check_error(co_await attempt(scope.run(failing(sleep_long))), also_broken);
  check_equal(log, "close-door ~door close-door ~door close-door ~door");
}

} // namespace
} // namespace conformance
