// C46, C47 and C49 to C51: errors in task groups.
#include "support.h"

namespace conformance {

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

WASIO_TEST("C47",
           "frames between a body's failure and its group live as long, even across scopes") {
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

} // namespace conformance
