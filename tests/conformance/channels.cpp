// C123: channels. Also R10.
#include "support.h"

#include <algorithm>
#include <numeric>

namespace conformance {

WASIO_TEST("C123", "items come out in order, each once, at every capacity") {
  for (const std::size_t capacity : {0u, 1u, 3u, 100u}) {
    auto ends = channel<int>(capacity);
    std::vector<int> got;
    co_await task_group([&](TaskGroup& group) {
      group.spawn([](Sender<int> sender) -> Task<> {
        for (int i = 0; i < 20; ++i) co_await sender.send(i);
      }(std::move(ends.sender)));
      group.spawn([](Receiver<int> receiver, std::vector<int>& got) -> Task<> {
        while (auto item = co_await receiver.receive()) got.push_back(*item);
      }(std::move(ends.receiver), got));
    });
    std::vector<int> wanted(20);
    std::iota(wanted.begin(), wanted.end(), 0);
    check_equal(got, wanted);
  }
}

WASIO_TEST("C123", "a sender waits when the buffer is full, and only then") {
  auto [sender, receiver] = channel<int>(2);
  int sent = 0;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      for (int i = 0; i < 5; ++i) {
        co_await sender.send(i);
        ++sent;
      }
    });
    co_await let_others_run();
    check_equal(sent, 2);
    co_await receiver.receive();
    co_await let_others_run();
    check_equal(sent, 3);
    co_await receiver.receive();
    co_await receiver.receive();
    co_await receiver.receive();
    co_await let_others_run();
    check_equal(sent, 5);
  });
}

WASIO_TEST("R10", "at capacity 0 a send completes when its item is taken") {
  auto [sender, receiver] = channel<int>(0);
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      co_await sender.send(1);
      log.add("sent");
    });
    co_await let_others_run();
    check_equal(log, "");
    check_equal(co_await receiver.receive(), std::optional(1));
    check_equal(log, "");
    co_await let_others_run();
    check_equal(log, "sent");
  });
}

WASIO_TEST("C123",
           "clones are counted: once the last sender has closed, the channel drains and ends") {
  auto [sender, receiver] = channel<int>(4);
  {
    auto clone = sender;
    co_await clone.send(1);
    co_await sender.send(2);
    sender.close();
    sender.close();
    co_await clone.send(3);
  }
  check_equal(co_await receiver.receive(), std::optional(1));
  check_equal(co_await receiver.receive(), std::optional(2));
  check_equal(co_await receiver.receive(), std::optional(3));
  for (int i = 0; i < 3; ++i) check(!co_await receiver.receive());
}

WASIO_TEST("C123", "waiting receivers get the end when the last sender closes") {
  auto ends = channel<int>(0);
  int ended = 0;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    for (int i = 0; i < 3; ++i) {
      group.spawn([](Receiver<int> receiver, int& ended) -> Task<> {
        check(!co_await receiver.receive());
        ++ended;
      }(ends.receiver, ended));
    }
    co_await let_others_run();
    check_equal(ended, 0);
    auto clone = ends.sender;
    ends.sender.close();
    co_await let_others_run();
    check_equal(ended, 0);
    clone.close();
  });
  check_equal(ended, 3);
}

WASIO_TEST("C123", "a send without receivers fails with closed") {
  auto [sender, receiver] = channel<int>(4);
  receiver.close();
  check_error(co_await attempt(sender.send(1)), errors::closed);
}

WASIO_TEST("R10", "senders already blocked fail with closed when the last receiver closes") {
  auto ends = channel<int>(1);
  int failed = 0;
  co_await ends.sender.send(0);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    for (int i = 0; i < 3; ++i) {
      group.spawn([](Sender<int> sender, int& failed) -> Task<> {
        check_error(co_await attempt(sender.send(1)), errors::closed);
        ++failed;
      }(ends.sender, failed));
    }
    co_await let_others_run();
    auto clone = ends.receiver;
    ends.receiver.close();
    co_await let_others_run();
    check_equal(failed, 0);
    clone.close();
  });
  check_equal(failed, 3);
}

WASIO_TEST("R10", "items still buffered when the last receiver closes are destroyed") {
  Log log;
  auto [sender, receiver] = channel<std::unique_ptr<Noisy>>(2);
  co_await sender.send(std::make_unique<Noisy>(log, "a"));
  co_await sender.send(std::make_unique<Noisy>(log, "b"));
  receiver.close();
  check_equal(log, "~a ~b");
}

WASIO_TEST("R10", "an item's destructor may use the channel that destroys it") {
  struct Item {
    Sender<std::unique_ptr<Item>> sender;
  };
  auto ends = channel<std::unique_ptr<Item>>(2);
  co_await ends.sender.send(std::make_unique<Item>(ends.sender));
  co_await ends.sender.send(std::make_unique<Item>(ends.sender));
  ends.sender.close();
  ends.receiver.close();
}

WASIO_TEST("C123", "receivers are served in FIFO order") {
  auto [sender, receiver] = channel<int>(0);
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    for (const char* name : {"a", "b", "c"}) {
      group.spawn(
          [&log, &receiver, name]() -> Task<> { log.add(name, *co_await receiver.receive()); });
    }
    co_await checkpoint();
    for (int i = 1; i <= 3; ++i) co_await sender.send(i);
  });
  check_equal(log, "a1 b2 c3");
}

WASIO_TEST("C123", "no barging: a later sender does not overtake a waiting one") {
  auto [sender, receiver] = channel<int>(1);
  std::vector<int> got;
  co_await sender.send(0);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(sender.send(1));
    group.spawn(sender.send(2));
    co_await checkpoint();
    got.push_back(*co_await receiver.receive()); // the free slot goes to the first sender
    group.spawn(sender.send(3));
    co_await checkpoint();
    for (int i = 0; i < 3; ++i) got.push_back(*co_await receiver.receive());
  });
  check_equal(got, std::vector{0, 1, 2, 3});
}

WASIO_TEST("C123", "random cancels lose and duplicate nothing") {
  for (const std::size_t capacity : {0u, 1u, 4u}) {
    auto ends = channel<int>(capacity);
    std::vector<int> sent;
    std::vector<int> got;
    unsigned random = 12345;
    const auto next_random = [&] { return random = random * 1664525u + 1013904223u, random >> 16; };
    co_await task_group([&](TaskGroup& group) -> Task<> {
      std::vector<TaskHandle<>> tasks;
      for (int i = 0; i < 300; ++i) {
        tasks.push_back(group.spawn([&, i]() -> Task<> {
          co_await ends.sender.send(i);
          sent.push_back(i);
        }));
        tasks.push_back(group.spawn([&]() -> Task<> {
          if (auto item = co_await ends.receiver.receive()) got.push_back(*item);
        }));
        if (next_random() % 2) tasks[next_random() % tasks.size()].cancel();
        if (next_random() % 3 == 0) co_await checkpoint();
        if (next_random() % 2) tasks[next_random() % tasks.size()].cancel();
      }
      co_await let_others_run();
      // Waiters are left on one side only. Cancel them, then drain the buffer.
      ends.sender.close();
      for (auto& task : tasks)
        if (!task.done()) task.cancel();
      co_await group.join();
      while (auto item = co_await ends.receiver.receive()) got.push_back(*item);
    });
    std::ranges::sort(sent);
    std::ranges::sort(got);
    check(!sent.empty());
    check_equal(got, sent);
  }
}

WASIO_TEST("C123", "a channel lives as long as any of its ends or operations") {
  std::optional<Receiver<int>> receiver;
  {
    auto ends = channel<int>(3);
    co_await ends.sender.send(1);
    receiver = std::move(ends.receiver);
  }
  check_equal(co_await receiver->receive(), std::optional(1));
  check(!co_await receiver->receive());
  // Operations that start after their ends are gone find the channel closed.
  co_await task_group([](TaskGroup& group) {
    auto ends = channel<int>(0);
    group.spawn(ends.receiver.receive());
    group.spawn(attempt(ends.sender.send(1)));
  });
}

WASIO_TEST("C123", "an end says whether it is open, and whether the other side is gone") {
  auto [sender, receiver] = channel<int>(2);
  check(sender.is_open() && receiver.is_open());
  check(!sender.peer_closed() && !receiver.peer_closed());
  Sender<int> second = sender;
  Sender<int> moved = std::move(sender);
  check(!sender.is_open()); // NOLINT(bugprone-use-after-move): what the test is about
  check(moved.is_open());
  co_await moved.send(1);
  moved.close();
  check(!moved.is_open());
  check(!receiver.peer_closed()); // there is another one
  second.close();
  check(receiver.peer_closed());
  check_equal((co_await receiver.receive()).value_or(0), 1);
  check(!co_await receiver.receive());
  auto other = channel<int>(0);
  other.receiver.close();
  check(!other.receiver.is_open());
  check(other.sender.is_open() && other.sender.peer_closed());
  check(!Receiver<int>().is_open());
}

} // namespace conformance
