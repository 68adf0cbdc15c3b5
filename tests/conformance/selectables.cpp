// C26: each kind of wait in a select.
#include "select_support.h"

#include <array>

namespace conformance {

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

} // namespace conformance
