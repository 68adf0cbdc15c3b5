// C59: join sets.
#include "support.h"

namespace conformance {

WASIO_VIRTUAL_TEST("C59", "outcomes come in the order in which tasks end, while more are spawned") {
  Log log;
  co_await join_set<int>([&](JoinSet<int>& set) -> Task<> {
    for (const int number : {3, 1, 2}) set.spawn(value_later(number, number * 10ms));
    while (auto outcome = co_await set.next()) {
      const int number = co_await *std::move(outcome);
      log.add(number);
      if (number < 3) set.spawn(value_later(number + 10, 100ms));
    }
    check_equal(set.size(), 0u);
    check(!co_await set.next());
  });
  check_equal(log, "1 2 3 11 12");
}

WASIO_VIRTUAL_TEST("C59",
                   "a failure or a cancel of one task is an outcome, and disturbs no other") {
  Log log;
  co_await join_set([&](JoinSet<>& set) -> Task<> {
    set.spawn(fail_later(10ms, broken));
    auto alone = set.spawn(sleep_long());
    set.spawn([&]() -> Task<> {
      co_await sleep(30ms);
      log.add("last");
    });
    const auto first = co_await set.next();
    check_error(*first, broken);
    alone.cancel("enough");
    const auto second = co_await set.next();
    check(second->cancelled());
    check_equal(second->error().message(), "enough");
    check(bool(*co_await set.next()));
    check(!co_await set.next());
  });
  check_equal(log, "last");
}

WASIO_VIRTUAL_TEST("C59", "leaving the body cancels and awaits the tasks that still run") {
  Log log;
  const int result = co_await join_set<int>([&](JoinSet<int>& set) -> Task<int> {
    for (const char* name : {"a", "b"})
      set.spawn([&log, name]() -> Task<int> {
        const Noisy noisy(log, name);
        co_return co_await guard(
            []() -> Task<int> {
              co_await sleep_long();
              co_return 0;
            },
            [&]() -> Task<> {
              co_await sleep(5ms);
              log.add("cleaned");
            });
      });
    co_await sleep(1ms);
    log.add("leaves");
    co_return 7;
  });
  check_equal(result, 7);
  check_equal(log, "leaves cleaned ~a cleaned ~b");
}

WASIO_TEST("C59", "errors that were not taken reach the hook, or the error of the body") {
  co_await join_set([&](JoinSet<>& set) -> Task<> {
    set.spawn(fail_now(broken));
    co_await let_others_run();
  });
  check_unhandled(broken);
}

WASIO_TEST("C59", "a body that fails cancels the tasks, keeps its frames, and keeps the errors") {
  Log log;
  const auto result = co_await attempt(join_set([&](JoinSet<>& set) -> Task<> {
    const Noisy noisy(log, "body");
    set.spawn(fail_now(also_broken));
    set.spawn([&]() -> Task<> {
      const Noisy child(log, "child");
      co_await sleep_long();
    });
    co_await let_others_run();
    co_await fail(broken);
  }));
  check_error(result, broken);
  check_equal(result.error().others().size(), 1u);
  check_equal(log, "~child ~body");
}

WASIO_VIRTUAL_TEST("C59", "a cancel from outside reaches body and tasks") {
  Log log;
  check(!co_await move_on_after(1s, join_set<>([&](JoinSet<>& set) -> Task<> {
                                  const Noisy body(log, "body");
                                  set.spawn([&]() -> Task<> {
                                    const Noisy child(log, "child");
                                    co_await sleep_long();
                                  });
                                  co_await set.next();
                                })));
  check_equal(log, "~child ~body");
}

WASIO_VIRTUAL_TEST("C59", "a cancelled next takes nothing, and may be part of a race") {
  co_await join_set<int>([&](JoinSet<int>& set) -> Task<> {
    set.spawn(value_later(5, 20ms));
    const auto first = co_await race(set.next(), sleep(10ms));
    check_equal(first.index(), 1u);
    check_equal(set.size(), 1u);
    auto second = co_await race(sleep(100ms), set.next());
    check_equal(second.index(), 1u);
    check_equal(**std::get<1>(std::move(second)), 5);
    check_equal(set.size(), 0u);
  });
}

WASIO_TEST("C59", "several tasks may take outcomes: FIFO, and nothing for those who are too many") {
  Log log;
  co_await join_set<int>([&](JoinSet<int>& set) -> Task<> {
    set.spawn([]() -> Task<int> {
      co_await let_others_run(5);
      co_return 1;
    });
    const auto take = [&](std::string name) -> Task<> {
      const auto outcome = co_await set.next();
      log.add(name, outcome ? **outcome : 0);
    };
    co_await gather(take("a"), take("b"), take("c"));
    const auto inside = set.spawn([&]() -> Task<int> {
      co_await set.next();
      co_return 0;
    });
    check_error(*co_await set.next(), errors::misuse);
  });
  check_equal(log, "a1 b0 c0");
}

WASIO_TEST("C59", "a limit of running tasks: wait for an outcome before the next spawn") {
  int running = 0;
  int most = 0;
  int sum = 0;
  co_await join_set<int>([&](JoinSet<int>& set) -> Task<> {
    for (int i = 1; i <= 20; ++i) {
      if (set.size() == 3) sum += **co_await set.next();
      set.spawn([&, i]() -> Task<int> {
        most = std::max(most, ++running);
        co_await let_others_run(i % 4);
        --running;
        co_return i;
      });
    }
    while (auto outcome = co_await set.next()) sum += **outcome;
  });
  check_equal(most, 3);
  check_equal(sum, 210);
}

WASIO_TEST("C59", "results may be move-only or references, and survive beside a handle") {
  int place = 1;
  co_await join_set<MoveOnly>([&](JoinSet<MoveOnly>& set) -> Task<> {
    set.spawn([]() -> Task<MoveOnly> { co_return MoveOnly(4); });
    auto outcome = co_await set.next();
    const MoveOnly taken = co_await *std::move(outcome);
    check_equal(*taken.number, 4);
  });
  co_await join_set<int&>([&](JoinSet<int&>& set) -> Task<> {
    set.spawn([&]() -> Task<int&> { co_return place; }, {.eager = true});
    check_equal(&(*co_await set.next())->get(), &place);
  });
  co_await join_set<std::string>([&](JoinSet<std::string>& set) -> Task<> {
    auto handle = set.spawn([]() -> Task<std::string> { co_return "kept"; });
    check_equal(**co_await set.next(), "kept");
    check_equal(co_await handle, "kept");
  });
}

WASIO_TEST("C59", "a hundred thousand tasks in a set hold memory for those that run only") {
  std::int64_t sum = 0;
  co_await join_set<int>([&](JoinSet<int>& set) -> Task<> {
    for (int i = 0; i < 100'000; ++i) {
      set.spawn(value_of(1));
      if (set.size() == 100) sum += **co_await set.next();
    }
    while (auto outcome = co_await set.next()) sum += **outcome;
  });
  check_equal(sum, std::int64_t{100'000});
}

} // namespace conformance
