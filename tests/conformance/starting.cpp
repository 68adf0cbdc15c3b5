// C56: what a start that cannot come to a value does.
#include "support.h"

namespace conformance {
namespace {

// Starts a child that ignores the cancel until 20 ms and then does `what` with its Started.
template <class F>
Task<int> start_slowly(TaskGroup& group, F what) {
  co_return co_await group.start<int>([&](Started<int>& started) -> Task<> {
    co_await shield(sleep(20ms));
    co_await what(started);
  });
}

} // namespace

WASIO_TEST("C56", "start on a group that has closed is refused with misuse") {
  TaskGroup* closed = nullptr;
  const auto body = [&](TaskGroup& group) { closed = &group; };
  auto run = task_group(body);
  co_await run;
  Log log;
  const auto refused = co_await attempt(closed->start<int>([&](Started<int>& started) -> Task<> {
    log.add("ran");
    co_await started(1);
  }));
  check_error(refused, errors::misuse);
  check(refused.error().message().contains("closed"));
  check_equal(log, "");
  check_equal(current_task().children().size(), std::size_t{0});
}

WASIO_VIRTUAL_TEST("C56", "a start whose caller is cancelled passes the cancel on, not a value") {
  const auto reports = [](Started<int>& started) -> Task<> { co_await started(5); };
  const auto outcome = co_await task_group([&](TaskGroup& group) -> Task<int> {
    check(!co_await move_on_after(10ms, start_slowly(group, reports)));
    check_error(co_await attempt(fail_after(10ms, start_slowly(group, reports))),
                errors::timed_out);
    // `attempt` has no error to take.
    check(!co_await move_on_after(10ms, attempt(start_slowly(group, reports))));
    // The child reports in a cleanup.
    check(!co_await move_on_after(10ms, group.start<int>([&](Started<int>& started) -> Task<> {
      co_await guard(sleep_long(), [&]() -> Task<> { co_await reports(started); });
    })));
    // The cancel that ends the start is that of the group: it catches it.
    group.spawn([&]() -> Task<> {
      co_await sleep(10ms);
      group.cancel();
    });
    co_return co_await start_slowly(group, reports);
  });
  check(!outcome);
}

WASIO_VIRTUAL_TEST(
    "C56", "under a cancel of its caller, a child that fails or never reports is an error") {
  co_await task_group([&](TaskGroup& group) -> Task<> {
    const auto fails = [](Started<int>& started) -> Task<> {
      check(started(5).has_value()); // to nobody
      co_await fail(broken);
    };
    check_error(co_await attempt(move_on_after(10ms, start_slowly(group, fails))), broken);
    const auto silent = [](Started<int>&) -> Task<> { co_return; };
    check_error(co_await attempt(move_on_after(10ms, start_slowly(group, silent))),
                errors::not_started);
    const auto twice = [](Started<int>& started) -> Task<> {
      check(started(5).has_value());
      check_error(started(6), errors::misuse);
      co_return;
    };
    check(!co_await move_on_after(10ms, start_slowly(group, twice)));
  });
}

WASIO_VIRTUAL_TEST("C56", "a child that starts in a cancelled group ends at its next checkpoint") {
  Log log;
  co_await task_group([&](TaskGroup& elsewhere) -> Task<> {
    co_await task_group([&](TaskGroup& group) -> Task<> {
      elsewhere.spawn([&]() -> Task<> {
        const int value = co_await group.start<int>([&](Started<int>& started) -> Task<> {
          co_await sleep(20ms);
          co_await started(5);
          log.add("moved");
          co_await checkpoint();
          log.add("never");
        });
        log.add("started", value);
      });
      co_await sleep(10ms);
      group.cancel();
    });
    log.add("group-ended");
  });
  check_equal(log, "moved started5 group-ended");
}

} // namespace conformance
