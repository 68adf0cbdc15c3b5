// C141: await chains.
#include "support.h"
#include <wasio/runtime.h>

namespace conformance {
namespace {

// The lines of the places, innermost first, counted from `first`: `2 5`. Those in other files, such
// as support.h, are `-`.
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

} // namespace

WASIO_VIRTUAL_TEST("C141", "the await chain of a waiting task passes through every combinator") {
  if (WASIO_PLACES == 0) co_return skip("this build keeps no places");
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

WASIO_VIRTUAL_TEST("C141", "a cleanup that waits has an await chain") {
  if (WASIO_PLACES == 0) co_return skip("this build keeps no places");
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

WASIO_VIRTUAL_TEST(
    "C141",
    "a task knows who awaits it: the host of its group or gather, and its handles' awaiters") {
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

WASIO_VIRTUAL_TEST("C141",
                   "the host of a group waits for `group`, and a body that joins for `join`") {
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

WASIO_VIRTUAL_TEST("C141", "the running task can read its own await chain") {
  if (WASIO_PLACES == 0) co_return skip("this build keeps no places");
  const auto first = std::source_location::current();
  const auto inner = []() -> Task<std::vector<Place>> { co_return co_await current_await_chain(); };
  const auto outer = [&]() -> Task<std::vector<Place>> {
    co_return (co_await attempt(inner())).value();
  };
  check_equal(lines_from(first, co_await outer()).substr(0, 5), "1 3 5");
  check(current_task().await_chain().empty());
}

WASIO_VIRTUAL_TEST("C141", "reading one's own await chain is not a checkpoint") {
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

} // namespace conformance
