// C2, C10, C11, C56: eager tasks, names, the task tree, and start.
#include "support.h"

#include <algorithm>

namespace conformance {

WASIO_TEST("C2", "an eager task runs to its first suspension inside the call to spawn") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto handle = group.spawn(
        [&]() -> Task<> {
          log.add("begun");
          co_await checkpoint();
          log.add("resumed");
        },
        {.eager = true});
    log.add("spawned");
    check(!handle.done());
    co_await handle;
  });
  check_equal(log, "begun spawned resumed");
}

WASIO_TEST("C2", "an eager task that ends in its first step is done when spawn returns") {
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto value = group.spawn(value_of(5), {.eager = true});
    check(value.done());
    check_equal(value.result().value_or(0), 5);
    co_return;
  });
}

namespace {

class ReadyCount final : public Instrument {
 public:
  Result<> on_event(const TraceEvent& event) override {
    if (event.kind == TraceEvent::Kind::task_scheduled) ++count;
    return {};
  }
  int count = 0;
};

} // namespace

WASIO_TEST("C2", "an eager task that ends in its first step is never enqueued") {
  ReadyCount ready;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    Runtime::current().add_instrument(ready);
    group.spawn(value_of(5), {.eager = true});
    check_equal(ready.count, 0);
    group.spawn(value_of(5));
    check_equal(ready.count, 1);
    Runtime::current().remove_instrument(ready);
    co_return;
  });
}

WASIO_TEST("C2", "during an eager step the child is the current task, then the spawner again") {
  const TaskRef spawner = current_task();
  co_await task_group([&](TaskGroup& group) -> Task<> {
    TaskRef seen;
    auto handle = group.spawn(
        [&]() -> Task<> {
          seen = current_task();
          co_await checkpoint();
        },
        {.eager = true});
    check(seen == handle.task());
    check(current_task() == spawner);
    co_return;
  });
}

WASIO_TEST("C2", "eager tasks can nest, fail, and cancel their group from within") {
  Log log;
  const auto result = co_await attempt(task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(
        [&]() -> Task<> {
          log.add("outer");
          group.spawn(fail_now(broken), {.eager = true});
          log.add("on");
          co_await checkpoint();
          log.add("not reached");
        },
        {.eager = true});
    log.add("body");
    co_await checkpoint();
    log.add("not reached");
  }));
  check_error(result, errors::group);
  check(result.error().has(broken));
  check_equal(log, "outer on body");
}

WASIO_TEST("C2", "an eager task takes what is ready and suspends where it must wait") {
  Log log;
  auto [sender, receiver] = channel<int>(2);
  co_await sender.send(1);
  co_await sender.send(2);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(
        [](Log& out, Receiver<int> in) -> Task<> {
          while (auto item = co_await in.receive()) out.add(*item);
          out.add("end");
        }(log, receiver),
        {.eager = true});
    log.add("spawned");
    sender.close();
    co_return;
  });
  check_equal(log, "1 2 spawned end");
}

WASIO_TEST("C2", "an eager task in a cancelled group runs to its first checkpoint") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.cancel();
    auto handle = group.spawn(
        [&]() -> Task<> {
          log.add("begun");
          co_await checkpoint();
          log.add("not reached");
        },
        {.eager = true});
    check(handle.cancelled());
    co_return;
  });
  check_equal(log, "begun");
}

WASIO_TEST("C10", "a given name is kept; a default name is unique and says where the spawn was") {
  co_await task_group([&](TaskGroup& group) -> Task<> {
    std::string given = "worker";
    auto named = group.spawn(value_of(1), {.name = given});
    given = "changed";
    check_equal(named.name(), "worker");
    auto first = group.spawn(value_of(1));
    auto second = group.spawn(value_of(1));
    check(first.name() != second.name());
    check_equal(first.task().given_name(), "");
    if (WASIO_PLACES != 0) {
      check_equal(first.task().spawned_at().file(), "spawning.cpp");
      check(first.name().contains(join_text("spawning.cpp:", first.task().spawned_at().line())));
      check(first.name().contains(first.task().spawned_at().function()));
    }
    co_await named;
    check_equal(named.name(), "worker");
  });
}

WASIO_TEST("C10", "a background task has a name too") {
  auto named = background(value_of(1), {.name = "behind"});
  check_equal(named.name(), "behind");
  co_await named;
}

WASIO_TEST("C11", "the task tree can be read in both directions while it lives") {
  const TaskRef host = current_task();
  TaskRef gone;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto a = group.spawn(sleep_long(), {.name = "a"});
    auto b = group.spawn(gather(sleep_long(), sleep_long()), {.name = "b"});
    co_await let_others_run();
    const auto children = host.children();
    check_equal(children.size(), std::size_t{2});
    check(children.at(0) == a.task());
    check(children.at(1) == b.task());
    check(a.task().parent() == host);
    const auto branches = b.task().children();
    check_equal(branches.size(), std::size_t{2});
    check(branches.at(0).parent() == b.task());
    check_equal(b.task().waits_for(), "gather");
    check_equal(branches.at(1).waits_for(), "sleep");
    const auto scopes = host.scopes();
    check_equal(scopes.back().what, "group");
    gone = branches.at(0);
    group.cancel();
  });
  check(gone.done());
  check(!gone.parent());
  check(!gone.waiting());
  check(gone.id() > host.id());
  check_equal(gone.name(), join_text("task #", gone.id())); // a branch is not spawned anywhere
  check_equal(host.children().size(), std::size_t{0});
}

WASIO_TEST("C11", "the roots are the main task and the background tasks") {
  auto behind = background(sleep_long(), {.name = "behind"});
  co_await checkpoint();
  const auto roots = root_tasks();
  check(std::ranges::find(roots, behind.task()) != roots.end());
  check(!behind.task().parent());
  behind.cancel();
  check_error(co_await attempt(behind), errors::task_cancelled);
}

WASIO_VIRTUAL_TEST("C11", "scopes report their deadlines, shields and cancels") {
  const TaskRef self = current_task();
  const Instant start = now();
  co_await move_on_after(5s, shield([&]() -> Task<> {
                           CancelScope scope;
                           co_await scope.run([&]() -> Task<> {
                             scope.cancel();
                             const auto scopes = self.scopes();
                             check_equal(scopes.size(),
                                         std::size_t{4}); // the first is the harness's
                             check_equal(scopes.at(1).deadline, start + 5s);
                             check(!scopes.at(1).shielded);
                             check(scopes.at(2).shielded);
                             check(scopes.at(3).cancelled_by == CancelSource::call);
                             co_return;
                           });
                         }));
}

WASIO_VIRTUAL_TEST("C56", "start returns started's value, and the child continues in the group") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    const int port = co_await group.start<int>([&](Started<int>& started) -> Task<> {
      co_await sleep(2ms);
      co_await started(8080);
      log.add("started");
      co_await sleep(2ms);
      log.add("served");
    });
    log.add(port, "at", (now() - Instant::at(0)).nanoseconds() / 1'000'000);
    check_equal(current_task().children().size(), std::size_t{1});
  });
  check_equal(log, "started 8080at2 served");
}

WASIO_TEST("C56", "start works for void, move-only values and references") {
  int number = 4;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    co_await group.start([](Started<>& started) -> Task<> { co_await started(); });
    const MoveOnly moved = co_await group.start<MoveOnly>(
        [](Started<MoveOnly>& started) -> Task<> { co_await started(MoveOnly(3)); });
    check_equal(*moved.number, 3);
    int& same = co_await group.start<int&>(
        [&](Started<int&>& started) -> Task<> { co_await started(number); });
    check(&same == &number);
  });
}

WASIO_TEST("C56", "an error before started propagates out of start unchanged") {
  const auto result = co_await attempt(task_group([&](TaskGroup& group) -> Task<> {
    const auto started = co_await attempt(
        group.start([](Started<>&) -> Task<> { co_await fail(broken, "no port"); }));
    check_error(started, broken);
    co_await checkpoint(); // it does not cancel the group
  }));
  check(result.has_value());
}

WASIO_TEST("C56", "an error after started belongs to the group") {
  const auto result = co_await attempt(task_group([&](TaskGroup& group) -> Task<> {
    co_await group.start([](Started<>& started) -> Task<> {
      co_await started();
      co_await fail(broken);
    });
  }));
  check_error(result, errors::group);
  check(result.error().has(broken));
}

WASIO_TEST("C56", "ending without started is an error; a second started is misuse") {
  co_await task_group([&](TaskGroup& group) -> Task<> {
    check_error(co_await attempt(group.start([](Started<>&) -> Task<> { co_return; })),
                errors::not_started);
    co_await group.start([](Started<>& started) -> Task<> {
      co_await started();
      const auto again = started();
      check_error(again, errors::already_started);
      check_error(again, errors::misuse);
    });
  });
}

WASIO_VIRTUAL_TEST("C56",
                   "until started the child is under the caller's cancels, then the group's") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    // Cancelled while starting.
    const bool whole = co_await move_on_after(1ms, group.start([&](Started<>& started) -> Task<> {
      const AtExit at_exit([&] { log.add("ended"); });
      co_await sleep_long();
      co_await started();
    }));
    log.add(whole ? "whole" : "cut");
    // The caller's deadline does not affect a child that has started.
    co_await move_on_after(5ms, [&]() -> Task<> {
      co_await group.start([&](Started<>& started) -> Task<> {
        co_await started();
        co_await sleep(20ms);
        log.add("outlived");
      });
      co_await sleep_long();
    });
  });
  check_equal(log, "ended cut outlived");
}

WASIO_VIRTUAL_TEST("C56", "started under a cancelled caller delivers nothing, and the child ends") {
  Log log;
  CancelScope caller;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    const bool whole = co_await caller.run(group.start([&](Started<>& started) -> Task<> {
      caller.cancel();
      co_await started();
      log.add("told");
      co_await checkpoint();
      log.add("not reached");
    }));
    check(!whole);
  });
  check_equal(log, "told");
}

WASIO_VIRTUAL_TEST("C56", "the caller's shield covers the child until it has started") {
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.cancel();
    co_await shield(group.start([&](Started<>& started) -> Task<> {
      co_await sleep(1ms);
      log.add("covered");
      co_await started();
      log.add("told");
      co_await checkpoint();
      log.add("not reached");
    }));
    log.add("started");
  });
  check_equal(log, "covered told started");
}

WASIO_VIRTUAL_TEST("C56", "a group waits for what is starting in it before it closes") {
  Log log;
  co_await task_group([&](TaskGroup& outer) -> Task<> {
    co_await task_group([&](TaskGroup& group) -> Task<> {
      outer.spawn([&]() -> Task<> {
        co_await group.start([&](Started<>& started) -> Task<> {
          co_await sleep(5ms);
          co_await started();
          co_await sleep(5ms);
          log.add("child");
        });
        log.add("started");
      });
      co_await sleep(1ms);
    });
    log.add("closed");
    co_return;
  });
  check_equal(log, "started child closed");
}

WASIO_TEST("C56",
           "a start that waits for what its failing group has ended is reported as a deadlock") {
  const auto ended = run_virtually(task_group([](TaskGroup& outer) -> Task<> {
    co_await task_group([&](TaskGroup& group) -> Task<> {
      Event ready;
      group.spawn([&]() -> Task<> {
        co_await sleep(1ms);
        ready.set();
      });
      outer.spawn([&]() -> Task<> {
        co_await group.start([&](Started<>& started) -> Task<> {
          co_await ready.wait();
          co_await started();
        });
      });
      co_await checkpoint();
      co_await checkpoint();
      co_await fail(errors::failure, "the event will never be set");
    });
  }));
  // The main task has an error of its own, which run returns; the deadlock goes to the hook.
  check_error(ended, errors::group);
  check_unhandled(errors::deadlock);
  co_return;
}

WASIO_TEST("C56", "start accepts a name and can be eager") {
  co_await task_group([&](TaskGroup& group) -> Task<> {
    const int value = co_await group.start<int>(
        [](Started<int>& started) -> Task<> {
          co_await started(2);
          check_equal(current_task().given_name(), "server");
        },
        {.name = "server", .eager = true});
    check_equal(value, 2);
  });
}

WASIO_VIRTUAL_TEST("C56", "start_task returns the value and a handle to the task") {
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto [port, server] = co_await group.start_task<int>(
        [](Started<int>& started) -> Task<std::string> {
          co_await started(8080);
          co_await sleep(1ms);
          co_return "served";
        },
        {.name = "server"});
    check_equal(port, 8080);
    check_equal(server.name(), "server");
    check(!server.done());
    check_equal(co_await server, "served");
    // Without a value there is just the handle.
    TaskHandle<> other = co_await group.start_task([](Started<>& started) -> Task<> {
      co_await started();
      co_await sleep_long();
    });
    check(other.cancel());
    co_await group.join();
    check(other.cancelled());
  });
}

WASIO_TEST("C56", "start_task returns references, move-only values, and a task that has ended") {
  int number = 1;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto [same, first] = co_await group.start_task<int&>(
        [&](Started<int&>& started) -> Task<> { co_await started(number); });
    check(&same == &number);
    auto made = co_await group.start_task<MoveOnly>(
        [](Started<MoveOnly>& started) -> Task<MoveOnly> {
          co_await started(MoveOnly(3));
          co_return MoveOnly(4);
        },
        {.eager = true});
    check_equal(*made.value.number, 3);
    check(made.handle.done());
    check_equal(*(co_await std::move(made.handle)).number, 4);
  });
}

WASIO_TEST("C56", "start_task fails as start does") {
  co_await task_group([&](TaskGroup& group) -> Task<> {
    check_error(co_await attempt(
                    group.start_task<int>([](Started<int>&) -> Task<> { co_await fail(broken); })),
                broken);
    check_error(co_await attempt(group.start_task([](Started<>&) -> Task<> { co_return; })),
                errors::not_started);
  });
}

} // namespace conformance
