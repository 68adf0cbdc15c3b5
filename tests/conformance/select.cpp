// C26: select.
#include "support.h"

#include <array>

namespace conformance {
namespace {

// An event that the test rings by hand, and what its waits were asked to do.
class Bell {
 public:
  class [[nodiscard]] Waiting final : public Wait {
   public:
    static constexpr bool always_stops = true;

    explicit Waiting(Bell& bell) : bell_(&bell) {}
    Waiting(const Waiting&) = default;
    ~Waiting() {
      if (pending()) bell_->waiting_ = nullptr;
    }
    int await_resume() const { return bell_->number_; }

   private:
    friend Bell;
    void start() override {
      ++bell_->started;
      if (bell_->while_starting) bell_->while_starting();
      if (bell_->ready) return complete();
      bell_->waiting_ = this;
    }
    Stop stop() override {
      ++bell_->stopped;
      bell_->waiting_ = nullptr;
      return Stop::stopped;
    }

    Bell* bell_;
  };

  Waiting wait() { return Waiting(*this); }
  bool waited_for() const { return waiting_ != nullptr; }
  void ring(int number = 0) {
    number_ = number;
    std::exchange(waiting_, nullptr)->complete();
  }

  bool ready = false;
  int started = 0;
  int stopped = 0;
  std::function<void()> while_starting;

 private:
  Waiting* waiting_ = nullptr;
  int number_ = 0;
};

// Runs `waiting` in a task of its own, up to where it waits, and then `meanwhile`.
template <class F, class G>
Task<> beside(F waiting, G meanwhile) {
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> { co_await waiting(); });
    co_await let_others_run();
    meanwhile();
  });
}

// What is in the channel now.
template <class T>
std::optional<T> take_now(Receiver<T>& receiver) {
  auto taken = receiver.try_receive();
  return taken ? std::move(*taken) : std::nullopt;
}

} // namespace

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

WASIO_VIRTUAL_TEST("C26", "of several sleeps the shortest wins, and no timer is left") {
  check_equal((co_await select(sleep(3ms), sleep(1ms), sleep(2ms))).index(), 1u);
  check_equal(Runtime::current().timer_count(), 1u); // the harness's own
  check_equal((co_await select(sleep(1ms), sleep(1ms))).index(), 0u);
}

WASIO_TEST("C26", "a handle: its value, its error, or that it was cancelled") {
  Event never;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    const auto seven = group.spawn(value_of(7));
    const auto won = co_await select(never.wait(), seven);
    check_equal(std::get<1>(won), 7);
    const auto long_one = group.spawn(sleep_long());
    check_equal((co_await select(long_one, sleep(0s))).index(), 1u);
    check(!long_one.done());
    auto doomed = group.spawn(sleep_long());
    doomed.cancel();
    check_error(co_await attempt(select(never.wait(), doomed)), errors::task_cancelled);
    group.cancel();
  });
  check_equal(never.waiting(), 0u);
}

WASIO_TEST("C26", "locks and permits are held by the winner only") {
  Mutex free_mutex;
  Mutex mutex;
  Semaphore semaphore(1);
  CapacityLimiter limiter(1);
  {
    const auto won = co_await select(mutex.lock(), free_mutex.lock(), semaphore.acquire());
    check_equal(won.index(), 0u);
    check(mutex.locked() && !free_mutex.locked());
    const auto next = co_await select(semaphore.acquire(), limiter.acquire());
    check_equal(next.index(), 0u);
    check_equal(limiter.borrowed(), 0u);
    const auto last = co_await select(semaphore.acquire(), limiter.acquire());
    check_equal(last.index(), 1u);
    check_equal(semaphore.waiting(), 0u);
  }
  check(!mutex.locked());
  check_equal(limiter.borrowed(), 0u);
}

WASIO_TEST("C26",
           "a writer that loses lets in the readers behind it, but not one of its own select") {
  SharedMutex mutex;
  Event event;
  bool other_reads = false;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto reading = co_await mutex.lock_shared();
    group.spawn([&]() -> Task<> {
      const auto won = co_await select(event.wait(), mutex.lock(), mutex.lock_shared());
      check_equal(won.index(), 0u);
    });
    group.spawn([&]() -> Task<> {
      const auto also = co_await mutex.lock_shared();
      other_reads = true;
    });
    co_await let_others_run();
    check(!other_reads);
    event.set();
    reading.release();
    check(!mutex.try_lock()); // the other reader has it
    co_await let_others_run();
    check(other_reads);
  });
  check(static_cast<bool>(mutex.try_lock()));
}

WASIO_TEST("C26", "a lock that is handed over to a select is held when its task continues") {
  Mutex mutex;
  Event event;
  auto held = co_await mutex.lock();
  bool locked = false;
  co_await beside(
      [&]() -> Task<> {
        const auto won = co_await select(event.wait(), mutex.lock());
        locked = won.index() == 1 && mutex.locked();
      },
      [&] {
        held.release();
        check(mutex.locked());
        event.set();
      });
  check(locked && !mutex.locked());
}

WASIO_TEST("C26", "broadcasts: what lost is still there, and a send that lost reached nobody") {
  auto news = broadcast<int>(1, SlowReceiver::wait);
  auto reader = news.subscribe();
  Event set;
  set.set();
  check_equal((co_await select(news.send(1), set.wait())).index(), 0u);
  check_equal((co_await select(news.send(2), set.wait())).index(), 1u); // full
  check_equal((co_await select(set.wait(), reader.receive())).index(), 0u);
  check_equal(std::get<0>(co_await select(reader.receive(), set.wait())), std::optional(1));
  check_equal((co_await select(reader.receive(), set.wait())).index(), 1u);
}

WASIO_TEST("C26", "two receivers of one broadcast: the loser has read nothing") {
  auto news = broadcast<int>(4, SlowReceiver::wait);
  auto a = news.subscribe();
  auto b = news.subscribe();
  std::size_t winner = 9;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> { winner = (co_await select(a.receive(), b.receive())).index(); });
    co_await let_others_run();
    co_await news.send(1);
  });
  check_equal(winner, 0u);
  check_equal(co_await b.receive(), std::optional(1));
}

WASIO_TEST("C26", "a select never exchanges an item with itself") {
  auto [sender, receiver] = channel<int>(0);
  int item = 1;
  check_equal((co_await select(sender.send_from(item), receiver.receive(), sleep(0s))).index(), 2u);
  check_equal((co_await select(receiver.receive(), sender.send_from(item), sleep(0s))).index(), 2u);
  auto news = broadcast<int>(1, SlowReceiver::wait);
  auto reader = news.subscribe();
  check_equal((co_await select(reader.receive(), news.send(1))).index(), 1u);
  check_equal(co_await reader.receive(), std::optional(1));
  Barrier barrier(2);
  check_equal((co_await select(barrier.wait(), barrier.wait(), sleep(0s))).index(), 2u);
  check_equal(barrier.waiting(), 0u);
}

WASIO_TEST("C26", "two selects exchange one item, in one direction") {
  auto [sender, receiver] = channel<int>(0);
  int sent = 0;
  int received = 0;
  const auto either = [&](int item) -> Task<> {
    const auto won = co_await select(sender.send_from(item), receiver.receive());
    won.index() == 0 ? ++sent : ++received;
  };
  co_await gather(either(1), either(2), either(3), either(4));
  check_equal(sent, 2);
  check_equal(received, 2);
}

WASIO_TEST("C26", "a party of a barrier that loses has not arrived") {
  Barrier barrier(2);
  check_equal((co_await select(barrier.wait(), sleep(0s))).index(), 1u);
  check_equal(barrier.waiting(), 0u);
  std::size_t places = 0;
  const auto arrive = [&]() -> Task<> {
    places += 1 + std::get<0>(co_await select(barrier.wait(), sleep(1h)));
  };
  co_await gather(arrive(), arrive());
  check_equal(places, 3u);
}

WASIO_TEST("C26", "readable streams: a select takes no bytes") {
  auto [ours, theirs] = memory_stream_pair();
  Event never;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      check_equal((co_await select(never.wait(), ours.readable())).index(), 1u);
    });
    co_await let_others_run();
    co_await theirs.send_all(as_bytes("x"));
  });
  std::array<std::byte, 4> room{};
  check_equal(co_await ours.receive_into(room), 1u);
  check_equal((co_await select(ours.readable(), sleep(0s))).index(), 1u);
  // The receive that lost does not make the stream busy.
  co_await theirs.send_all(as_bytes("yz"));
  check_equal(co_await ours.receive_into(room), 2u);
}

WASIO_TEST("C26", "the body of a group can select between its children and something else") {
  Event event;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      co_await let_others_run();
      event.set();
      co_await let_others_run();
    });
    check_equal((co_await select(group.join(), event.wait())).index(), 1u);
    check_equal((co_await select(group.join(), sleep(1h))).index(), 0u);
  });
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
