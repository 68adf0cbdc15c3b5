// C26: select.
#include "select_support.h"

#include <array>

namespace conformance {

WASIO_TEST("C26", "of two items sent in one step each is received once") {
  auto [first_sender, first] = channel<int>(0);
  auto [second_sender, second] = channel<int>(0);
  constexpr int rounds = 20;
  int sent = 0;
  int received = 0;
  const auto sending = [&](const Sender<int>& sender) -> Task<> {
    for (int i = 0; i < rounds; ++i) {
      co_await sender.send(1);
      ++sent;
    }
  };
  const auto receiving = [&]() -> Task<> {
    while (received < 2 * rounds) {
      const auto item = co_await select(first.receive(), second.receive());
      received += std::visit([](const auto& each) { return each.value_or(0); }, item);
    }
  };
  co_await gather(receiving(), sending(first_sender), sending(second_sender));
  check_equal(sent, 2 * rounds);
  check_equal(received, 2 * rounds);
}

WASIO_TEST("C26", "the item of a channel that lost stays there for the next receiver") {
  auto [sender, receiver] = channel<int>(1);
  Event stop;
  std::size_t winner = 9;
  co_await beside(
      [&]() -> Task<> { winner = (co_await select(stop.wait(), receiver.receive())).index(); },
      [&] {
        stop.set();
        check(sender.try_send(5).has_value());
      });
  check_equal(winner, 0u);
  check_equal(take_now(receiver), std::optional(5));
}

WASIO_TEST("C26", "the first grant stops the others inside its own call") {
  Bell a;
  Bell b;
  Bell c;
  int got = 0;
  co_await beside(
      [&]() -> Task<> {
        const auto won = co_await select(a.wait(), b.wait(), c.wait());
        check_equal(won.index(), 1u);
        got = std::get<1>(won);
      },
      [&] {
        b.ring(7);
        check(!a.waited_for() && !c.waited_for());
        check_equal(got, 0); // the task has not had its turn
      });
  check_equal(got, 7);
  check_equal(a.stopped + 10 * b.stopped + 100 * c.stopped, 101);
}

WASIO_TEST("C26", "a branch that is ready wins; later ones are never armed, earlier ones stopped") {
  Bell a;
  Bell b;
  Bell c;
  b.ready = true;
  const auto won = co_await select(a.wait(), b.wait(), c.wait());
  check_equal(won.index(), 1u);
  check_equal(a.started, 1);
  check_equal(a.stopped, 1);
  check_equal(c.started, 0);
}

WASIO_TEST("C26", "in a cancelled scope no branch begins") {
  CancelScope scope;
  scope.cancel();
  Bell bell;
  auto [sender, receiver] = channel<int>(1);
  check(sender.try_send(1).has_value());
  const bool finished =
      co_await scope.run([&]() -> Task<> { co_await select(bell.wait(), receiver.receive()); });
  check(!finished);
  check_equal(bell.started, 0);
  check_equal(receiver.statistics().buffered, 1u);
}

WASIO_TEST("C26", "a select is one operation of the budget, whatever its branches") {
  Event set;
  set.set();
  Event never;
  int steps = 0;
  bool over = false;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      while (!over) {
        ++steps;
        co_await checkpoint();
      }
    });
    co_await checkpoint();
    const int before = steps;
    for (int i = 0; i < 64; ++i) co_await select(never.wait(), never.wait(), set.wait());
    check_equal(steps, before);
    Bell bell;
    bell.ready = true;
    bell.while_starting = [&] { check_equal(steps, before + 1); };
    co_await select(bell.wait(), set.wait()); // put off: it begins after the other task's step
    check_equal(bell.started, 1);
    over = true;
  });
}

WASIO_TEST("C26", "a select that is cancelled while it is put off has begun no branch") {
  Event set;
  set.set();
  Bell bell;
  CancelScope scope;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      scope.cancel();
      co_return;
    });
    const bool finished = co_await scope.run([&]() -> Task<> {
      for (int i = 0; i < 64; ++i) co_await set.wait();
      co_await select(bell.wait(), set.wait());
    });
    check(!finished);
  });
  check_equal(bell.started, 0);
}

WASIO_TEST("C26", "a cancel stops every branch without effect") {
  auto [sender, receiver] = channel<int>(0);
  Event event;
  Mutex mutex;
  const auto held = co_await mutex.lock();
  Semaphore semaphore(0);
  CancelScope scope;
  co_await beside(
      [&]() -> Task<> {
        co_await scope.run([&]() -> Task<> {
          co_await select(receiver.receive(), event.wait(), mutex.lock(), semaphore.acquire(),
                          sleep(1h));
          check(false);
        });
      },
      [&] {
        check_equal(receiver.statistics().receiving, 1u);
        scope.cancel();
        check_equal(receiver.statistics().receiving, 0u);
        check(!sender.try_send(1).has_value());
      });
  check_equal(event.waiting() + mutex.waiting() + semaphore.waiting(), 0u);
  check_equal(Runtime::current().timer_count(), 1u); // the harness's own
}

WASIO_TEST("C26", "after a grant a cancel comes too late") {
  auto [sender, receiver] = channel<int>(0);
  Event event;
  CancelScope scope;
  Log log;
  co_await beside(
      [&]() -> Task<> {
        co_await scope.run([&]() -> Task<> {
          const auto won = co_await select(event.wait(), receiver.receive());
          log.add("got", std::get<1>(won).value_or(0));
          co_await checkpoint();
          log.add("never");
        });
      },
      [&] {
        check(sender.try_send(3).has_value());
        scope.cancel();
      });
  check_equal(log, "got3");
}

WASIO_TEST("C26", "a branch that fails counts as finishing, and the select fails with its error") {
  Event event;
  auto ends = channel<int>(0);
  int item = 1;
  ends.receiver.close();
  check_error(co_await attempt(select(event.wait(), ends.sender.send_from(item))), errors::closed);
  check_equal(event.waiting(), 0u);

  auto live = channel<int>(0);
  bool failed = false;
  co_await beside(
      [&]() -> Task<> {
        const auto ended =
            co_await attempt(select(event.wait(), live.sender.send_from(item), sleep(1h)));
        failed = !ended && ended.error().is(errors::closed);
      },
      [&] { live.receiver.close(); });
  check(failed);
  check_equal(item, 1);
}

WASIO_TEST("C26", "send_from moves its item only when the send takes effect") {
  auto [sender, receiver] = channel<std::unique_ptr<int>>(1);
  Event set;
  set.set();
  auto item = std::make_unique<int>(1);
  check_equal((co_await select(set.wait(), sender.send_from(item))).index(), 0u);
  check(item != nullptr);
  check_equal((co_await select(sender.send_from(item), set.wait())).index(), 0u);
  check(item == nullptr);

  item = std::make_unique<int>(2); // the buffer is full
  const bool sent = co_await move_on_after(0s, sender.send_from(item));
  check(!sent && item != nullptr);
  co_await beside(
      [&]() -> Task<> {
        const auto won = co_await select(sender.send_from(item), sleep(1h));
        check_equal(won.index(), 0u);
      },
      [&] {
        check(item != nullptr);
        check_equal(**take_now(receiver), 1);
        check(item == nullptr);
      });
  check_equal(**take_now(receiver), 2);
}

WASIO_TEST("C26", "a sleep of zero is not ready when it is armed") {
  Event set;
  set.set();
  check_equal((co_await select(sleep(0s), set.wait())).index(), 1u);
  Event never;
  check_equal((co_await select(never.wait(), sleep(0s))).index(), 1u);
}

WASIO_TEST("C26", "the shapes of results are those of race") {
  auto [sender, receiver] = channel<int>(1);
  int here = 4;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    Event never;
    const auto reference = group.spawn([&]() -> Task<int&> { co_return here; });
    const auto nothing = group.spawn([]() -> Task<> { co_return; });
    const auto only = group.spawn([]() -> Task<MoveOnly> { co_return MoveOnly(5); });
    co_await let_others_run();
    auto won = co_await select(never.wait(), reference);
    static_assert(
        std::same_as<decltype(won), std::variant<std::monostate, std::reference_wrapper<int>>>);
    check(&std::get<1>(won).get() == &here);
    auto other = co_await select(receiver.receive(), nothing, only);
    static_assert(
        std::same_as<decltype(other), std::variant<std::optional<int>, std::monostate, MoveOnly>>);
    check_equal(other.index(), 1u);
    auto moved = co_await select(receiver.receive(), only);
    check_equal(*std::get<1>(moved).number, 5);
  });
}

WASIO_TEST("C26", "over a range it returns the index, and the value if there is one") {
  std::array<Bell, 3> bells;
  const auto waits = [&] {
    std::vector<Bell::Waiting> all;
    for (Bell& bell : bells) all.push_back(bell.wait());
    return all;
  };
  std::pair<std::size_t, int> won;
  co_await beside([&]() -> Task<> { won = co_await select(waits()); }, [&] { bells[2].ring(8); });
  check_equal(won.first, 2u);
  check_equal(won.second, 8);
  check_equal(bells[0].stopped + bells[1].stopped, 2);

  std::array<Event, 2> events;
  events[1].set();
  std::vector<decltype(events[0].wait())> both{events[0].wait(), events[1].wait()};
  check_equal(co_await select(both), 1u);
  both.clear();
  check_error(co_await attempt(select(both)), errors::misuse);
  check_error(co_await attempt(race(both)), errors::misuse);
}

WASIO_TEST("C26", "without `fair` the first that is ready wins every time") {
  Event a;
  Event b;
  a.set();
  b.set();
  for (int i = 0; i < 50; ++i) check_equal((co_await select(a.wait(), b.wait())).index(), 0u);
}

WASIO_TEST("C26", "with `fair` the order begins anywhere, as the seed says on every host") {
  Event a;
  Event b;
  Event c;
  for (Event* event : {&a, &b, &c}) event->set();
  std::array<int, 3> wins{};
  std::string order;
  Runtime::current().shuffle(7);
  for (int i = 0; i < 300; ++i) {
    const auto won = co_await select({.fair = true}, a.wait(), b.wait(), c.wait());
    ++wins[won.index()];
    if (i < 16) order += static_cast<char>('0' + won.index());
  }
  Runtime::current().shuffle(std::nullopt);
  for (const int each : wins) check(each > 60);
  check_equal(order, "0002100211021102");
  std::vector<decltype(a.wait())> both{a.wait(), b.wait()};
  std::array<int, 2> of_range{};
  for (int i = 0; i < 40; ++i) {
    std::vector<decltype(a.wait())> again = both;
    ++of_range[co_await select(again, {.fair = true})];
  }
  check(of_range[0] > 5 && of_range[1] > 5);
}

WASIO_TEST("C26", "a select makes no task, and may be awaited again") {
  Bell bell;
  Event never;
  co_await beside(
      [&]() -> Task<> {
        auto twice = select(never.wait(), bell.wait());
        check_equal(std::get<1>(co_await twice), 1);
        bell.ready = true;
        check_equal((co_await twice).index(), 1u);
      },
      [&] {
        for (const TaskRef& task : current_task().children()) {
          check_equal(task.waits_for(), "select");
          check(task.children().empty());
        }
        bell.ring(1);
      });
  check_equal(bell.started, 2);
}

WASIO_TEST("C26", "a cancel that comes while the branches are being armed stops them all") {
  Bell a;
  Bell b;
  CancelScope scope;
  b.while_starting = [&] { scope.cancel(); };
  const bool finished =
      co_await scope.run([&]() -> Task<> { co_await select(a.wait(), b.wait()); });
  check(!finished);
  check_equal(a.stopped, 1);
  check_equal(b.stopped, 1);
}

#if WASIO_EXCEPTIONS
WASIO_TEST("C26", "if the start of a branch throws, the earlier ones are stopped") {
  Bell a;
  Bell b;
  b.while_starting = [] { throw 5; };
  bool caught = false;
  try {
    co_await select(a.wait(), b.wait());
  } catch (int) {
    caught = true;
  }
  check(caught);
  check_equal(a.stopped, 1);
  check(!a.waited_for() && !b.waited_for());
}
#endif

WASIO_TEST("C14", "a runtime that is destroyed while a task selects leaves nothing behind") {
  Event event;
  auto [sender, receiver] = channel<int>(0);
  {
    MockClock clock;
    const auto work = [&]() -> Task<> {
      co_await race(select(event.wait(), receiver.receive(), sleep(1h)), event.wait(),
                    sleep_long());
    };
    detail::MainTask<decltype(work)> main(std::in_place, work);
    Runtime runtime(clock);
    main.hold();
    runtime.begin(main);
    runtime.turn();
    check_equal(event.waiting(), 2u);
  }
  check_equal(event.waiting(), 0u);
  check_equal(receiver.statistics().receiving, 0u);
  co_return;
}

} // namespace conformance
