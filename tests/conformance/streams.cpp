// C131 to C133: streams in memory, and the checks for streams.
#include "stream_support.h"

namespace conformance {

WASIO_TEST("C131", "a send waits only while the stream is full to its high-water mark") {
  auto [sender, receiver] = memory_pipe({.high_water = 10});
  bool sent = false;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    co_await send(sender, "0123456789");
    group.spawn([&]() -> Task<> {
      co_await send(sender, "abcdefghijkl");
      sent = true;
    });
    co_await let_others_run();
    check_equal(co_await receive(receiver, 1), "0");
    check_equal(co_await receive(receiver, 10), "123456789a");
    co_await let_others_run();
    check(!sent);
    check_equal(co_await receive(receiver, 1), "b");
    co_await let_others_run();
    check(sent);
    check_equal(co_await receive(receiver), "cdefghijkl");
  });
}

WASIO_TEST("C131", "senders without a receiver fail immediately, blocked or not") {
  for (const bool destroyed : {false, true}) {
    auto ends = memory_pipe({.high_water = 4});
    auto receiver = std::make_unique<MemoryReceiver>(std::move(ends.receiver));
    co_await task_group([&](TaskGroup& group) -> Task<> {
      group.spawn([&]() -> Task<> {
        check_error(co_await attempt(send(ends.sender, "too much")), errors::closed);
      });
      co_await let_others_run();
      if (destroyed) {
        receiver.reset();
      } else {
        co_await receiver->aclose();
      }
    });
    check_error(co_await attempt(send(ends.sender, "x")), errors::closed);
    check_error(co_await attempt(send(ends.sender, "")), errors::closed);
  }
}

WASIO_TEST("C131", "destroying the sender ends the stream, after what was sent") {
  auto ends = memory_pipe();
  {
    MemorySender sender = std::move(ends.sender);
    co_await send(sender, "left");
  }
  check_equal(co_await receive(ends.receiver, 3), "lef");
  check_equal(co_await receive(ends.receiver), "t");
  check_equal(co_await receive(ends.receiver), "");
}

WASIO_TEST("C131", "a cancelled send may have sent a part, but no byte twice") {
  auto [sender, receiver] = memory_pipe({.high_water = 4});
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto task = group.spawn(send(sender, "abcdefgh"));
    co_await let_others_run();
    check_equal(co_await receive(receiver, 2), "ab");
    task.cancel();
    co_await let_others_run();
    co_await sender.aclose();
    check_equal(co_await receive(receiver), "cdef");
    check_equal(co_await receive(receiver), "");
  });
}

WASIO_TEST("C131", "a receive returns at most max_chunk bytes") {
  auto [left, right] = memory_stream_pair({.max_chunk = 2});
  co_await send(left, "abcde");
  check_equal(co_await receive(right), "ab");
  right.set_max_chunk(1);
  check_equal(co_await receive(right), "c");
  right.set_max_chunk(100);
  check_equal(co_await receive(right), "de");
}

WASIO_TEST("C132", "a concurrent second receive or send fails with busy, a kind of misuse") {
  check(errors::busy.is(errors::misuse));
  auto [left, right] = memory_stream_pair({.high_water = 4});
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> { check_equal(co_await receive(right), "first"); });
    co_await let_others_run();
    check_error(co_await attempt(receive(right)), errors::busy);
    co_await send(left, "first");

    group.spawn(send(left, "second"));
    co_await let_others_run();
    check_error(co_await attempt(send(left, "third")), errors::busy);
    check_error(co_await attempt(left.send_eof()), errors::busy);
    check_equal(co_await receive(right), "second");
  });
}

WASIO_TEST("C132", "a receive and a send may run concurrently") {
  auto [left, right] = memory_stream_pair({.high_water = 4});
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> { check_equal(co_await receive(left), "to left"); });
    group.spawn(send(left, "to right"));
    co_await let_others_run();
    check_equal(co_await receive(right), "to right");
    co_await send(right, "to left");
  });
}

WASIO_TEST("C132", "several tasks may print concurrently") {
  co_await task_group([](TaskGroup& group) {
    for (int i = 0; i < 3; ++i) group.spawn(print_error(""));
  });
}

WASIO_TEST("C133", "memory streams pass the checks for streams") {
  for (const std::size_t high_water : {1u, 1000u, 65'536u}) {
    for (const std::size_t most : {std::size_t{100}, no_limit}) {
      const MemoryStreamOptions options{.high_water = high_water, .max_chunk = most};
      co_await check_one_way_stream(
          [&] {
            auto [sender, receiver] = memory_pipe(options);
            return one_way_ends(std::move(sender), std::move(receiver));
          },
          {.too_much = 100'000});
      co_await check_two_way_stream(
          [&]() -> Task<TwoWayEnds> {
            auto [left, right] = memory_stream_pair(options);
            co_return two_way_ends(std::move(left), std::move(right));
          },
          {.too_much = 100'000});
    }
  }
}

WASIO_VIRTUAL_TEST("C133", "the checks find what is wrong and name it") {
  struct Wrong final : ReceiveStream {
    explicit Wrong(std::unique_ptr<MemoryReceiver> from, int fault)
        : from(std::move(from)), fault(fault) {}
    Task<std::size_t> receive_into(std::span<std::byte> into) override {
      if (fault == 0 && into.empty()) co_return 0;
      const auto count = co_await attempt(from->receive_into(into));
      if (count && fault == 1 && *count > 1) co_return *count - 1;
      if (!count && fault == 2) co_await fail(errors::io, "closed, but says so badly");
      co_return co_await count;
    }
    Task<> aclose() override {
      if (fault == 3) co_return;
      co_await from->aclose();
    }
    std::unique_ptr<MemoryReceiver> from;
    int fault;
  };
  const std::string_view wanted[] = {"empty span", "whole and in order", "misuse", "closed twice"};
  for (int fault = 0; fault < 4; ++fault) {
    const auto make = [fault] {
      auto [sender, receiver] = memory_pipe();
      auto inner = std::make_unique<MemoryReceiver>(std::move(receiver));
      return OneWayEnds{std::make_unique<MemorySender>(std::move(sender)),
                        std::make_unique<Wrong>(std::move(inner), fault)};
    };
    const auto result = co_await attempt(check_one_way_stream(make, {.limit = 100ms}));
    check_error(result, errors::failure);
    const std::string message = result ? "" : std::string(result.error().message());
    if (message.find(wanted[fault]) == std::string::npos) check_equal(message, wanted[fault]);
  }
}

} // namespace conformance
