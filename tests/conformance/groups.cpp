// C45 to C55: task groups.
#include "support.h"
#include <wasio/memory.h>

namespace conformance {

WASIO_VIRTUAL_TEST("C45", "a group ends only when all children have ended; the body's return cancels nothing") {
  Log log;
  const Instant start = now();
  co_await task_group([&](TaskGroup& group) -> Task<> {
    for (const int i : {3, 1, 2}) {
      group.spawn([&log, i]() -> Task<> {
        co_await sleep(1ms * i);
        log.add(i);
      });
    }
    log.add("returned");
    co_return;
  });
  check_equal(log, "returned 1 2 3");
  check_equal((now() - start).nanoseconds(), Duration(3ms).nanoseconds());
}

WASIO_TEST("C45", "a group without children returns its body's value without a checkpoint") {
  CancelScope scope;
  scope.cancel();
  const auto value = co_await scope.run(task_group(value_of(5)));
  check(value && *value);
  check_equal(value.value_or(0).value_or(0), 5);
}

WASIO_TEST("C45", "the body's value waits for the children") {
  Log log;
  const auto value = co_await task_group([&](TaskGroup& group) -> Task<MoveOnly> {
    group.spawn([&]() -> Task<> {
      co_await sleep(1ms);
      log.add("child");
    });
    co_return MoveOnly(4);
  });
  check_equal(*value.value().number, 4);
  check_equal(log, "child");
}

WASIO_TEST("C45b", "children may share locals outside the body") {
  std::vector<int> parts(3);
  co_await task_group([&](TaskGroup& group) {
    for (int& part : parts) {
      group.spawn([&part]() -> Task<> {
        co_await sleep(1ms);
        part = 1;
      });
    }
  });
  check_equal(parts, std::vector{1, 1, 1});
}

WASIO_TEST("C45b", "a body that ends with join keeps its locals alive for the children") {
  int sum = 0;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto parts = std::make_unique<std::vector<int>>(3, 0);
    for (int& part : *parts) {
      group.spawn([](int& part) -> Task<> {
        co_await sleep(1ms);
        part = 1;
      }(part));
    }
    co_await group.join();
    for (const int part : *parts) sum += part;
  });
  check_equal(sum, 3);
}

WASIO_TEST("C45b", "join without children completes immediately; spawning can continue afterwards") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    co_await group.join();
    for (int round = 0; round < 2; ++round) {
      auto child = group.spawn([&log, round]() -> Task<> {
        co_await checkpoint();
        log.add(round);
      });
      co_await group.join();
      check(child.done());
    }
  });
  check_equal(log, "0 1");
}

WASIO_TEST("C45b", "join outside the group's own body is misuse") {
  co_await task_group([](TaskGroup& group) -> Task<> {
    group.spawn([&group]() -> Task<> {
      auto joined = co_await attempt(group.join());
      check_error(joined, errors::misuse);
    });
    co_return;
  });
}

WASIO_TEST("C45b", "a cancel ends join immediately") {
  CancelScope scope;
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      co_await checkpoint();
      scope.cancel();
      log.add("cancelled");
      co_await let_others_run();
      log.add("child");
    });
    const bool joined = co_await scope.run(group.join());
    check(!joined);
    log.add("unjoined");
  });
  check_equal(log, "cancelled unjoined child");
}

WASIO_TEST("C46",
           "the first failure cancels and awaits body and siblings, and all errors come out") {
  Log log;
  auto ended = co_await attempt(task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(fail_later(1ms, broken, "child"));
    group.spawn(guard(sleep_long(), [&]() -> Task<> {
      co_await sleep(2ms);
      log.add("sibling");
      co_await fail(also_broken, "sibling");
    }));
    co_await guard(sleep_long(), [&]() -> Task<> {
      log.add("body");
      co_return;
    });
    log.add("never");
  }));
  check_error(ended, errors::group);
  check_equal(log, "body sibling");
  const auto errors = ended.error().others();
  check_equal(errors.size(), 2u);
  if (errors.size() != 2) co_return;
  check_equal(errors[0].message(), "child");
  check_equal(errors[1].message(), "sibling");
}

WASIO_TEST("C46", "a single error is still a group, and unwrap_single takes it out") {
  auto ended =
      co_await attempt(task_group([](TaskGroup& group) { group.spawn(fail_now(broken)); }));
  check_error(ended, errors::group);
  check(ended.error().is_group());
  check_equal(ended.error().others().size(), 1u);
  check(ended.error().unwrap_single().is(broken));
  check(ended.error().has(broken));
  check(!ended.error().is(broken));
}

WASIO_TEST("C46", "children that fail in the same pass are all in the group, in order") {
  auto ended = co_await attempt(task_group([](TaskGroup& group) {
    group.spawn(fail_now(broken, "one"));
    group.spawn(fail_now(also_broken, "two"));
    group.spawn(fail_now(broken, "three"));
  }));
  check_error(ended, errors::group);
  std::string messages;
  for (const Error& error : ended.error().others()) messages += std::string(error.message()) + ' ';
  check_equal(messages, "one two three ");
  check(ended.error().unwrap_single().is_group());
}

WASIO_TEST("C46", "a child's failure after the body has returned drops the body's value") {
  Log log;
  auto ended = co_await attempt(task_group([&](TaskGroup& group) -> Task<std::unique_ptr<Noisy>> {
    group.spawn(fail_later(1ms, broken));
    co_return std::make_unique<Noisy>(log, "value");
  }));
  check_error(ended, errors::group);
  check_equal(log, "~value");
}

// A child that uses a local of the body's frame until the child has ended.
Task<> use_until_the_end(int& local, Log& log) {
  co_await guard(sleep_long(), [&]() -> Task<> {
    co_await sleep(1ms);
    log.add(++local);
  });
}

WASIO_TEST("C47", "a failing body's frames live until the children that use them have ended") {
  Log log;
  auto ended = co_await attempt(task_group([&](TaskGroup& group) -> Task<> {
    co_await [](TaskGroup& group, Log& log) -> Task<> {
      const auto local = std::make_unique<int>(41);
      const Noisy noisy(log, "local");
      group.spawn(use_until_the_end(*local, log));
      co_await checkpoint();
      co_await fail(broken, "body");
    }(group, log);
  }));
  check_error(ended, errors::group);
  check(ended.error().unwrap_single().is(broken));
  check_equal(ended.error().unwrap_single().message(), "body");
  check_equal(log, "42 ~local");
}

WASIO_TEST("C47", "a cancelled body's frames live until its children have ended") {
  Log log;
  const bool finished = co_await move_on_after(1ms, task_group([&](TaskGroup& group) -> Task<> {
                                                 const auto local = std::make_unique<int>(41);
                                                 const Noisy noisy(log, "local");
                                                 group.spawn(use_until_the_end(*local, log));
                                                 co_await sleep(1h);
                                               }));
  check(!finished);
  check_equal(log, "42 ~local");
}

WASIO_TEST("C47", "frames between a body's failure and its group live as long, even across scopes") {
  Log log;
  auto ended = co_await attempt(task_group([&](TaskGroup& group) -> Task<> {
    const auto outer = std::make_unique<int>(1);
    group.spawn(use_until_the_end(*outer, log));
    co_await move_on_after(1h, [&]() -> Task<> {
      const auto inner = std::make_unique<int>(10);
      group.spawn(use_until_the_end(*inner, log));
      co_await task_group([&](TaskGroup&) -> Task<> {
        const auto innermost = std::make_unique<int>(100);
        group.spawn(use_until_the_end(*innermost, log));
        co_await checkpoint();
        co_await fail(broken);
      });
    });
  }));
  check_error(ended, errors::group);
  check_equal(log, "2 11 101");
}

WASIO_TEST("C47", "a body's error takes its place among the errors by time") {
  auto ended = co_await attempt(task_group([](TaskGroup& group) -> Task<> {
    group.spawn(guard(sleep_long(), fail_later(1ms, also_broken, "after")));
    co_await checkpoint();
    co_await fail(broken, "body");
  }));
  check_error(ended, errors::group);
  const auto errors = ended.error().others();
  check_equal(errors.size(), 2u);
  if (errors.size() != 2) co_return;
  check_equal(errors[0].message(), "body");
  check_equal(errors[1].message(), "after");
}

WASIO_TEST("C48", "cancelling one child disturbs nothing else") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto victim = group.spawn(sleep_long());
    group.spawn([&]() -> Task<> {
      co_await sleep(1ms);
      log.add("sibling");
    });
    co_await checkpoint();
    victim.cancel();
    co_await sleep(1ms);
    check(victim.cancelled());
    log.add("body");
  });
  check(log == "sibling body" || log == "body sibling");
}

WASIO_TEST("C48",
           "a child cancelled through its handle raises no error, but its cleanup may") {
  auto ended = co_await attempt(task_group([](TaskGroup& group) -> Task<> {
    auto victim = group.spawn(guard(sleep_long(), fail_now(broken)));
    co_await checkpoint();
    victim.cancel();
  }));
  check_error(ended, errors::group);
  check(ended.error().has(broken));
}

WASIO_TEST("C49",
           "after an outer cancel children's errors come out; the next checkpoint is cancelled") {
  Log log;
  CancelScope scope;
  const bool finished = co_await scope.run([&]() -> Task<> {
    auto ended = co_await attempt(task_group([&](TaskGroup& group) -> Task<> {
      group.spawn(guard(sleep_long(), fail_now(broken)));
      co_await checkpoint();
      scope.cancel();
      co_await checkpoint();
    }));
    check_error(ended, errors::group);
    log.add("errors");
    co_await value_of(1);
    co_await checkpoint();
    log.add("never");
  });
  check(!finished && scope.cancelled_caught());
  check_equal(log, "errors");
}

WASIO_TEST("C49", "an outer cancel without errors propagates as a cancel") {
  Log log;
  const bool finished = co_await move_on_after(1ms, [&]() -> Task<> {
    co_await attempt(task_group([](TaskGroup& group) { group.spawn(sleep_long()); }));
    log.add("never");
  });
  check(!finished);
  check_equal(log, "");
}

WASIO_TEST("C50", "an inner failure arrives as a group in a group") {
  auto ended = co_await attempt(task_group([](TaskGroup& group) {
    group.spawn(task_group([](TaskGroup& inner) { inner.spawn(fail_now(broken, "deep")); }));
  }));
  check_error(ended, errors::group);
  check_equal(ended.error().others().size(), 1u);
  const Error inner = ended.error().others()[0];
  check(inner.is_group());
  check(inner.others()[0].is(broken));
  check_equal(ended.error().unwrap_single().message(), "deep");
}

WASIO_TEST("C50", "an outer failure cancels the inner group silently") {
  Log log;
  auto ended = co_await attempt(task_group([&](TaskGroup& group) {
    group.spawn(task_group([&](TaskGroup& inner) -> Task<> {
      const Noisy noisy(log, "inner");
      inner.spawn(sleep_long());
      co_await sleep(1h);
    }));
    group.spawn(fail_later(1ms, broken));
  }));
  check_error(ended, errors::group);
  check_equal(ended.error().others().size(), 1u);
  check_equal(log, "~inner");
}

WASIO_TEST("C51", "after a handled failure the task is no longer cancelled") {
  Log log;
  for (int i = 0; i < 3; ++i) {
    auto ended = co_await attempt(task_group([](TaskGroup& group) -> Task<> {
      group.spawn(fail_now(broken));
      co_await sleep(1h);
    }));
    check_error(ended, errors::group);
    co_await checkpoint();
    co_await sleep(1ms);
    log.add(i);
  }
  check_equal(log, "0 1 2");
}

WASIO_TEST("C46",
           "a body that cannot start is a failure, and the children it has spawned are awaited") {
  Log log;
  Task<> empty = let_others_run();
  co_await std::move(empty); // moved from
  const auto body = [&] WASIO_CORO_WRAPPER(TaskGroup & group) {
    group.spawn(
        [&]() -> Task<> {
          co_await guard(sleep_long(), [&]() -> Task<> {
            co_await checkpoint();
            log.add("child");
          });
        },
        {.eager = true});
    return std::move(empty);
  };
  const auto ended = co_await attempt(task_group(body));
  check_error(ended, errors::group);
  check(!ended && ended.error().has(errors::misuse));
  check_equal(log, "child");
}

WASIO_TEST("C52", "children may spawn into their group, even after the body has returned") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      co_await sleep(1ms);
      log.add("child");
      group.spawn([&]() -> Task<> {
        co_await sleep(1ms);
        log.add("grandchild");
        group.spawn([&]() -> Task<> {
          log.add("great-grandchild");
          co_return;
        });
      });
    });
    log.add("returned");
    co_return;
  });
  check_equal(log, "returned child grandchild great-grandchild");
}

WASIO_TEST(
    "C52",
    "spawning on a closed group destroys the body unrun, reports it, returns a failed handle") {
  Log log;
  TaskHandle<> handle;
  {
    TaskGroup* closed = nullptr;
    const auto body = [&](TaskGroup& group) { closed = &group; };
    auto run = task_group(body);
    co_await run;
    handle = closed->spawn([&log, noisy = std::make_unique<Noisy>(log, "body")]() -> Task<> {
      log.add("ran");
      co_return;
    });
    check_equal(log, "~body");
    check(handle.done());
    check_error(handle.result(), errors::misuse);
    check_error(co_await attempt(handle), errors::misuse);
    check_unhandled(errors::misuse);
    auto late = closed->spawn(value_of(1));
    check_error(late.result(), errors::misuse);
    check_unhandled(errors::misuse);
  }
  check(!handle.cancel());
  check_equal(log, "~body");
}

WASIO_TEST("C53", "a child spawned into a cancelled group runs to its first checkpoint") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.cancel();
    group.spawn([&]() -> Task<> {
      log.add("begun");
      co_await value_of(1);
      log.add("on");
      co_await checkpoint();
      log.add("never");
    });
    co_return;
  });
  check_equal(log, "begun on");
}

WASIO_TEST("C53", "a child spawned by a child during the cancel runs to its first checkpoint too") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(guard(sleep_long(), [&]() -> Task<> {
      group.spawn([&]() -> Task<> {
        log.add("begun");
        co_await checkpoint();
        log.add("never");
      });
      log.add("spawned");
      co_return;
    }));
    co_await checkpoint();
    group.cancel();
  });
  check_equal(log, "spawned begun");
}

WASIO_TEST("C54", "a million short tasks use memory only for those alive") {
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
  constexpr int total = 200'000;
#else
  constexpr int total = 1'000'000;
#endif
#endif
  trim_memory();
  std::size_t most = 0;
  int ran = 0;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    for (int i = 0; i < total; ++i) {
      group.spawn([](int& ran) -> Task<> {
        ++ran;
        co_return;
      }(ran));
      if (i % 100 != 99) continue;
      most = std::max(most, memory_use().live_blocks);
      co_await checkpoint();
    }
  });
  check_equal(ran, total);
  check(most < 1000);
}

WASIO_TEST("C54", "a million concurrent tasks of one group, cancelled together, leave nothing") {
  constexpr int total = 1'000'000;
  int ended = 0;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    for (int i = 0; i < total; ++i) {
      group.spawn([](int& ended) -> Task<> {
        const AtExit at_exit([&ended] { ++ended; });
        co_await sleep(1h);
      }(ended));
    }
    co_await checkpoint();
    check_equal(ended, 0);
    group.cancel();
  });
  check_equal(ended, total);
  trim_memory();
  check(memory_use().free_bytes < 1'000'000);
}

WASIO_TEST("C55", "group.cancel() ends body and children without an error") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      const Noisy child(log, "child");
      co_await sleep(1h);
    });
    const Noisy body(log, "body");
    co_await checkpoint();
    check(group.cancel("enough"));
    check(!group.cancel("again"));
    co_await checkpoint();
    log.add("never");
  });
  check_equal(log, "~child ~body");
}

WASIO_TEST("C55", "a cancelled group returns the body's value if the body had finished, otherwise nothing") {
  const auto finished = co_await task_group([](TaskGroup& group) -> Task<int> {
    group.spawn([&group]() -> Task<> {
      co_await let_others_run();
      group.cancel();
      co_await sleep(1h);
    });
    co_return 3;
  });
  check_equal(finished.value_or(0), 3);
  const auto unfinished = co_await task_group([](TaskGroup& group) -> Task<int> {
    group.spawn([&group]() -> Task<> {
      group.cancel();
      co_return;
    });
    co_await sleep(1h);
    co_return 3;
  });
  check(!unfinished);
}

WASIO_TEST("C55", "group.cancel() does not swallow a cancel from outside") {
  Log log;
  CancelScope outer;
  const bool finished = co_await outer.run([&]() -> Task<> {
    co_await task_group([&](TaskGroup& group) -> Task<> {
      group.spawn(sleep_long());
      co_await checkpoint();
      group.cancel();
      outer.cancel();
      co_await checkpoint();
    });
    log.add("never");
  });
  check(!finished && outer.cancelled_caught());
  check_equal(log, "");
}

WASIO_TEST("C55", "a child may cancel its group, even in its first step") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      group.cancel();
      log.add("first");
      co_await checkpoint();
      log.add("never");
    });
    group.spawn([&]() -> Task<> {
      log.add("second");
      co_await checkpoint();
      log.add("never");
    });
    co_await sleep(1h);
    log.add("never");
  });
  check_equal(log, "first second");
}

WASIO_TEST("C55", "errors come out of a group that was cancelled by group.cancel()") {
  auto ended = co_await attempt(task_group([](TaskGroup& group) -> Task<> {
    group.spawn(guard(sleep_long(), fail_now(broken)));
    co_await checkpoint();
    group.cancel();
  }));
  check_error(ended, errors::group);
  check(ended.error().has(broken));
}

} // namespace conformance
