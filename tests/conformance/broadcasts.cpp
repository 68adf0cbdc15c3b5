// C124: broadcasts. C123: what a channel can do without waiting.
#include "support.h"

namespace conformance {

WASIO_TEST("C123", "try_send and try_receive do what is possible without waiting") {
  auto [sender, receiver] = channel<std::unique_ptr<int>>(1);
  check_error(receiver.try_receive(), errors::would_block);
  check(sender.try_send(std::make_unique<int>(1)).has_value());
  auto second = std::make_unique<int>(2);
  check_error(sender.try_send(std::move(second)), errors::would_block);
  check(second != nullptr);
  check_equal(**receiver.try_receive().value(), 1);
  check(sender.try_send(std::move(second)).has_value());
  sender.close();
  check_equal(**receiver.try_receive().value(), 2);
  check(!receiver.try_receive().value());
  auto [late, gone] = channel<int>(1);
  gone.close();
  check_error(late.try_send(1), errors::closed);
  co_return;
}

WASIO_TEST("C123",
           "at capacity 0 try_send needs a waiting receiver, and try_receive a waiting sender") {
  auto [sender, receiver] = channel<int>(0);
  check_error(sender.try_send(1), errors::would_block);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto got = group.spawn(receiver.receive());
    co_await checkpoint();
    check(sender.try_send(1).has_value());
    check_equal(co_await got, std::optional(1));
    group.spawn(sender.send(2));
    co_await checkpoint();
    check_equal(receiver.try_receive().value(), std::optional(2));
  });
}

WASIO_TEST("C123", "try_send does not overtake waiting senders") {
  auto [sender, receiver] = channel<int>(1);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    co_await sender.send(1);
    group.spawn(sender.send(2));
    co_await checkpoint();
    check_equal(receiver.try_receive().value(), std::optional(1));
    check_error(sender.try_send(3), errors::would_block);
    check_equal(receiver.try_receive().value(), std::optional(2));
  });
}

WASIO_TEST("C123", "statistics count items, waiters and ends") {
  auto [sender, receiver] = channel<int>(2);
  auto clone = sender;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    for (int i = 0; i < 3; ++i) group.spawn(sender.send(i));
    co_await checkpoint();
    const ChannelStatistics now = receiver.statistics();
    check_equal(now.capacity, 2u);
    check_equal(now.buffered, 2u);
    check_equal(now.sending, 1u);
    check_equal(now.receiving, 0u);
    check_equal(now.senders, 3u); // two ends, and the waiting send
    check_equal(now.receivers, 1u);
    group.cancel();
  });
}

WASIO_TEST("C124", "every subscriber gets every item, in order") {
  auto news = broadcast<int>(4, SlowReceiver::wait);
  co_await news.send(0); // without a subscriber
  auto a = news.subscribe();
  co_await news.send(1);
  auto b = news.subscribe();
  co_await news.send(2);
  news.close();
  check_equal(co_await a.receive(), std::optional(1));
  check_equal(co_await a.receive(), std::optional(2));
  check_equal(co_await b.receive(), std::optional(2));
  for (int i = 0; i < 2; ++i) {
    check(!co_await a.receive());
    check(!co_await b.receive());
  }
}

WASIO_TEST("C124", "wait: sends wait, in order, for the slowest receiver or until it closes") {
  auto news = broadcast<int>(1, SlowReceiver::wait);
  auto fast = news.subscribe();
  auto slow = news.subscribe();
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    co_await news.send(1);
    for (int i = 2; i <= 4; ++i) {
      group.spawn([&, i]() -> Task<> {
        co_await news.send(i);
        log.add(i);
      });
    }
    check_equal(co_await fast.receive(), std::optional(1));
    co_await let_others_run();
    check_equal(log.take(), "");
    check_equal(co_await slow.receive(), std::optional(1));
    co_await let_others_run();
    check_equal(log.take(), "2");
    check_equal(co_await fast.receive(), std::optional(2));
    slow.close();
    co_await let_others_run();
    check_equal(log.take(), "3");
    check_equal(co_await fast.receive(), std::optional(3));
    fast.close();
    co_await let_others_run();
    check_equal(log.take(), "4");
  });
}

WASIO_TEST("C124", "skip: a slow receiver misses the oldest items, which are counted") {
  auto news = broadcast<int>(2, SlowReceiver::skip);
  auto fast = news.subscribe();
  auto slow = news.subscribe();
  for (int i = 1; i <= 5; ++i) {
    co_await news.send(i);
    check_equal(co_await fast.receive(), std::optional(i));
  }
  check_equal(fast.skipped(), 0u);
  check_equal(slow.skipped(), 3u);
  check_equal(co_await slow.receive(), std::optional(4));
  auto moved = std::move(slow);
  check_equal(co_await moved.receive(), std::optional(5));
}

WASIO_TEST("C124", "disconnect: a receiver that is too slow is cut off, and the others are not") {
  auto news = broadcast<int>(2, SlowReceiver::disconnect);
  auto fast = news.subscribe();
  auto slow = news.subscribe();
  for (int i = 1; i <= 3; ++i) {
    co_await news.send(i);
    check_equal(co_await fast.receive(), std::optional(i));
  }
  check_error(co_await attempt(slow.receive()), errors::lagged);
  check_error(co_await attempt(slow.receive()), errors::lagged);
  co_await news.send(4);
  check_equal(co_await fast.receive(), std::optional(4));
}

WASIO_TEST("C124", "waiting receivers get the item, and the end when the last sender closes") {
  auto news = broadcast<std::string>(1, SlowReceiver::wait);
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    for (const char* name : {"a", "b"}) {
      group.spawn([](BroadcastReceiver<std::string> mine, Log& log, const char* name) -> Task<> {
        while (auto item = co_await mine.receive()) log.add(name, *item);
        log.add(name, "end");
      }(news.subscribe(), log, name));
    }
    co_await checkpoint();
    auto clone = news;
    co_await news.send("1");
    news.close();
    co_await let_others_run();
    co_await clone.send("2");
    co_await let_others_run();
    check_equal(log.take(), "a1 b1 a2 b2");
    clone.close();
  });
  check_equal(log, "aend bend");
}

WASIO_TEST("C124", "a cancelled receive takes nothing, and a cancelled send sends nothing") {
  auto news = broadcast<int>(1, SlowReceiver::wait);
  auto mine = news.subscribe();
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto receives = group.spawn(mine.receive());
    co_await checkpoint();
    check_error(co_await attempt(mine.receive()), errors::misuse);
    receives.cancel();
    co_await news.send(1);
    auto sends = group.spawn(news.send(2));
    co_await checkpoint();
    sends.cancel();
    check_equal(co_await mine.receive(), std::optional(1));
    co_await news.send(3);
    check_equal(co_await mine.receive(), std::optional(3));
  });
}

WASIO_TEST("C124", "an end says whether it is open, and whether the other side is gone") {
  auto news = broadcast<int>(4, SlowReceiver::disconnect);
  check(news.is_open() && news.peer_closed());
  auto mine = news.subscribe();
  check(!news.peer_closed() && !mine.peer_closed());
  auto moved = std::move(mine);
  check(!mine.is_open()); // NOLINT(bugprone-use-after-move): what the test is about
  check(moved.is_open());
  {
    auto second = news;
    co_await news.send(1);
    news.close();
    check(!news.is_open());
    check(!moved.peer_closed());
    moved.close();
    check(second.peer_closed());
    moved = second.subscribe();
    check(!second.peer_closed());
  }
  check(moved.is_open() && moved.peer_closed());
}

} // namespace conformance
