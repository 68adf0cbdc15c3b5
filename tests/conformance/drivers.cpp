// C132 to C135: the halves of streams over drivers of both styles, and what streams can do beyond
// sending and receiving.
#include "../toys/toy_streams.h"
#include "stream_support.h"
#include <wasio/detail/operation_table.h>

#include <cstdio>
#include <filesystem>
#include <random>

namespace conformance {

namespace {

using toys::Style;
using toys::Wire;

constexpr Style both_styles[] = {Style::readiness, Style::completion};

OneWayEnds toy_ends(Style style, unsigned seed, std::size_t capacity = 100) {
  const auto wire = std::make_shared<Wire>(seed, capacity);
  return {toys::toy_sender(wire, style), toys::toy_receiver(wire, style)};
}

// An output that accepts nothing before it is opened.
struct GatedOutput final : SendDriver {
  std::string_view name() const override { return "output"; }
  TryResult try_send(std::span<const std::byte> bytes) override {
    if (!open) return std::nullopt;
    text += static_cast<char>(bytes.front());
    return 1;
  }
  bool shared() const override { return true; }
  Error watch(Loop&) override { return {}; }
  void let_pass() {
    open = true;
    notify();
  }

  std::string text;
  bool open = false;
};

std::span<std::byte> room_in(std::string& text) {
  return std::as_writable_bytes(std::span(text));
}

} // namespace

WASIO_TEST("C133", "streams over toy drivers of both styles pass the checks for streams") {
  for (const Style style : both_styles) {
    for (unsigned seed = 0; seed < 4; ++seed) {
      const StreamCheckOptions options{.too_much = 3000, .seed = seed};
      co_await check_one_way_stream([&] { return toy_ends(style, seed); }, options);
      co_await check_two_way_stream(
          [&] {
            const auto there = std::make_shared<Wire>(seed, 100);
            const auto back = std::make_shared<Wire>(seed + 100, 100);
            return TwoWayEnds{std::make_unique<toys::ToyStream>(there, back, style),
                              std::make_unique<toys::ToyStream>(back, there, style)};
          },
          options);
    }
  }
}

#if !defined(__wasm__)
// tests/wasi and tests/web do the same for the files and bodies of their hosts.
WASIO_TEST("C133", "a file of the native host passes the checks for streams") {
  const std::string file_name = "wasio-" + std::to_string(std::random_device()()) + ".txt";
  const std::string name = std::filesystem::temp_directory_path() / file_name;
  const std::string text(100'000, 'x');
  std::FILE* const file = std::fopen(name.c_str(), "wb");
  check_equal(std::fwrite(text.data(), 1, text.size(), file), text.size());
  std::fclose(file);
  const auto open = [&]() -> Task<std::unique_ptr<ReceiveStream>> {
    co_return co_await open_source(name);
  };
  const auto checked = co_await attempt(check_receive_stream(open, as_bytes(text)));
  std::remove(name.c_str());
  co_await checked;
}
#endif

WASIO_TEST("C132", "a readable counts as a receive: one at a time, and closing ends it") {
  auto [sender, receiver] = memory_pipe();
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(
        [&]() -> Task<> { check_error(co_await attempt(receiver.readable()), errors::closed); });
    co_await let_others_run();
    check_error(co_await attempt(receive(receiver)), errors::busy);
    check_error(co_await attempt(receiver.readable()), errors::busy);
    co_await receiver.aclose();
  });
  check_error(co_await attempt(receiver.readable()), errors::closed);
}

WASIO_TEST("C134", "readable completes for data, and takes nothing") {
  for (const Style style : both_styles) {
    for (unsigned seed = 0; seed < 20; ++seed) {
      auto ends = toy_ends(style, seed);
      bool readable = false;
      co_await task_group([&](TaskGroup& group) -> Task<> {
        group.spawn([&]() -> Task<> {
          co_await ends.receiver->readable();
          readable = true;
        });
        co_await let_others_run(10);
        check(!readable);
        co_await send(*ends.sender, "hello");
      });
      std::string got;
      while (got.size() < 5) {
        co_await ends.receiver->readable();
        got += co_await receive(*ends.receiver, 2);
      }
      check_equal(got, "hello");
    }
  }
}

WASIO_TEST("C134", "after readable, a receive does not wait") {
  auto [sender, receiver] = memory_pipe();
  co_await send(sender, "x");
  co_await receiver.readable();
  CancelScope scope;
  bool received = false;
  co_await scope.run([&]() -> Task<> {
    check_equal(co_await receive(receiver), "x");
    received = true;
  });
  check(received);
}

WASIO_TEST("C134", "readable completes for the end and for an error, which the next receive gets") {
  for (const Style style : both_styles) {
    const auto wire = std::make_shared<Wire>(3, 100);
    const auto sender = toys::toy_sender(wire, style);
    const auto receiver = toys::toy_receiver(wire, style);
    wire->cut_after = 0;
    co_await send(*sender, "x");
    co_await receiver->readable();
    co_await receiver->readable();
    check_error(co_await attempt(receive(*receiver)), toys::cut);

    auto ends = toy_ends(style, 4);
    co_await ends.sender->aclose();
    co_await ends.receiver->readable();
    check_equal(co_await receive(*ends.receiver), "");
    co_await ends.receiver->readable();
  }
}

WASIO_TEST("C134", "a cancelled readable takes nothing") {
  for (const Style style : both_styles) {
    auto ends = toy_ends(style, 5);
    std::string got;
    co_await task_group([&](TaskGroup& group) -> Task<> {
      group.spawn([&]() -> Task<> {
        for (const char* piece : {"a", "bc", "def"}) {
          co_await send(*ends.sender, piece);
          co_await let_others_run(5);
        }
        co_await ends.sender->aclose();
      });
      for (int i = 0; i < 40; ++i) {
        auto waiting = group.spawn(ends.receiver->readable());
        co_await checkpoint();
        waiting.cancel();
        co_await attempt(waiting);
      }
    });
    while (const std::size_t before = got.size() + 1) {
      got += co_await receive(*ends.receiver);
      if (got.size() + 1 == before) break;
    }
    check_equal(got, "abcdef");
  }
}

WASIO_TEST("C134", "a buffered reader is readable while it has bytes") {
  auto [sender, receiver] = memory_pipe();
  BufferedReader reader(receiver);
  co_await send(sender, "one\ntwo\n");
  check_equal(*co_await reader.read_line(), "one");
  co_await reader.readable();
  check_equal(*co_await reader.read_line(), "two");
  const auto waited = co_await move_on_after(1ms, reader.readable());
  check(!waited);
  co_await sender.aclose();
  co_await reader.readable();
  check(!co_await reader.read_line());
  co_await reader.readable();
}

WASIO_TEST("C134", "a stream without readable says so") {
  Chunks chunks("text", 10);
  check_error(co_await attempt(chunks.readable()), errors::unsupported);
}

WASIO_TEST("C135", "what a driver fails with arrives after the bytes before it") {
  for (const Style style : both_styles) {
    for (unsigned seed = 0; seed < 20; ++seed) {
      const auto wire = std::make_shared<Wire>(seed, 100);
      const auto sender = toys::toy_sender(wire, style);
      const auto receiver = toys::toy_receiver(wire, style);
      wire->cut_after = 7;
      co_await send(*sender, "0123456789");
      std::string got;
      while (got.size() < 7) got += co_await receive(*receiver, 3);
      check_equal(got, "0123456");
      check_error(co_await attempt(receive(*receiver)), toys::cut);
    }
  }
}

WASIO_TEST("C135", "what arrives although its receive was cancelled is kept for the next one") {
  for (unsigned seed = 0; seed < 30; ++seed) {
    auto ends = toy_ends(Style::completion, seed);
    const auto waited = co_await move_on_after(1ms, receive(*ends.receiver));
    check(!waited);
    co_await send(*ends.sender, "kept");
    std::string got;
    while (got.size() < 4) got += co_await receive(*ends.receiver);
    check_equal(got, "kept");
  }
}

WASIO_TEST("C135", "the end stays the end, even if the driver would return more bytes") {
  // Like a terminal, which can be read again after its end.
  struct Terminal final : ReceiveDriver {
    std::string_view name() const override { return "terminal"; }
    TryResult try_receive(std::span<std::byte> into) override {
      if (++tries % 2 == 0) return 0;
      into.front() = std::byte{'x'};
      return 1;
    }
    Error watch(Loop&) override { return {}; }
    int tries = 0;
  };
  for (const bool spawned : {false, true}) {
    ReceiveStreamOf<Terminal> stream(std::in_place);
    check_equal(co_await receive(stream), "x");
    for (int i = 0; i < 3; ++i) {
      std::string room(1, ' ');
      auto [count] = co_await gather(stream.receive_into(room_in(room)));
      if (!spawned) count = co_await stream.receive_into(room_in(room));
      check_equal(count, std::size_t{0});
      co_await stream.readable();
    }
    check_equal(stream.driver().tries, 2);
  }
}

WASIO_TEST("C135", "a receive that begins while one is being cancelled gets its own operation") {
  // Reports the end of its operations when the test says so.
  struct Slow final : CompletionReceiveDriver {
    std::string_view name() const override { return "slow"; }
    void begin_receive(std::span<std::byte> into) override {
      buffer = into;
      ++begun;
    }
    void cancel_receive() override { ++cancelled; }
    void confirm() { receive_cancelled(); }
    void deliver() {
      buffer.front() = std::byte{'x'};
      completed(1);
    }
    std::span<std::byte> buffer;
    int begun = 0;
    int cancelled = 0;
  };
  ReceiveStreamOf<Slow> stream(std::in_place);
  Slow& slow = stream.driver();
  const auto waited = co_await move_on_after(1ms, receive(stream));
  check(!waited && slow.begun == 1 && slow.cancelled == 1);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto next = group.spawn(receive(stream));
    co_await let_others_run();
    check_equal(slow.begun, 1);
    slow.confirm();
    check_equal(slow.begun, 2);
    slow.deliver();
    check_equal(co_await next, "x");
  });
  check_equal(slow.cancelled, 1);
}

WASIO_TEST("C135", "a receive that finds its bytes is one operation like any other") {
  auto [sender, receiver] = memory_pipe();
  co_await send(sender, std::string(200, 'x'));
  // It takes one from the budget: others run before 100 of them are over.
  int others = 0;
  std::string room(1, ' ');
  co_await task_group([&](TaskGroup& group) -> Task<> {
    co_await checkpoint();
    group.spawn([&]() -> Task<> {
      ++others;
      co_return;
    });
    for (int i = 0; i < 50; ++i) co_await receiver.receive_into(room_in(room));
    check(others == 0);
    for (int i = 0; i < 50; ++i) co_await receiver.receive_into(room_in(room));
    check(others == 1);
  });
  // In a cancelled scope it ends the work, and has taken nothing.
  CancelScope scope;
  scope.cancel();
  bool reached = false;
  co_await scope.run([&]() -> Task<> {
    co_await receiver.receive_into(room_in(room));
    reached = true;
  });
  check(!reached);
  check_equal((co_await receive(receiver)).size(), std::size_t{100});
}

WASIO_TEST("C135", "the Task of a receive is a Task like any other") {
  auto [sender, receiver] = memory_pipe();
  std::string room(3, ' ');
  co_await send(sender, "abcdefghi");
  // Nothing is received before it is awaited.
  Task<std::size_t> first = receiver.receive_into(room_in(room));
  check(static_cast<bool>(first));
  check_equal(room, "   ");
  Task<std::size_t> moved = std::move(first);
  check(!first); // NOLINT: a moved-from Task is empty
  check_equal(co_await std::move(moved), std::size_t{3});
  check_equal(room, "abc");
  check_error(co_await attempt(std::move(moved)), errors::misuse); // NOLINT: the same
  // As a body of a combinator, and as a task.
  check_equal(co_await *co_await move_on_after(1h, attempt(receiver.receive_into(room_in(room)))),
              std::size_t{3});
  check_equal(room, "def");
  auto [one, two] = co_await gather(receiver.receive_into(room_in(room)), value_of(2));
  check_equal(one + static_cast<std::size_t>(two), std::size_t{5});
  check_equal(room, "ghi");
  // Assigned over, one that was not awaited is destroyed.
  {
    const detail::QuietDiscards quiet;
    Task<std::size_t> dropped = receiver.receive_into(room_in(room));
    dropped = receiver.receive_into(room_in(room));
  }
  co_await sender.aclose();
  check_equal(co_await receiver.receive_into(room_in(room)), std::size_t{0});
}

WASIO_TEST("C135", "copy lets the source move its bytes itself if it can") {
  // Moves its bytes itself, five at a time, as long as there are more than three.
  struct Splicing final : ReceiveStream {
    Task<std::size_t> receive_into(std::span<std::byte> into) override {
      const std::size_t count = std::min(into.size(), text.size());
      std::ranges::copy(as_bytes(text).first(count), into.begin());
      text.erase(0, count);
      received += count;
      co_return count;
    }
    std::optional<Task<std::uint64_t>> splice_to(SendStream& to, std::uint64_t limit) override {
      if (text.size() <= 3) return std::nullopt;
      return splice(to, limit);
    }
    Task<std::uint64_t> splice(SendStream& to, std::uint64_t limit) {
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(limit, 5));
      co_await to.send_all(as_bytes(text).first(count));
      text.erase(0, count);
      co_return count;
    }
    std::string text = "0123456789abc";
    std::size_t received = 0;
  };
  Splicing source;
  Kept all;
  check_equal(co_await copy(source, all), std::uint64_t{13});
  check_equal(all.text, "0123456789abc");
  check_equal(source.received, std::size_t{3});

  Splicing part;
  Kept some;
  std::uint64_t progress = 0;
  const auto copied = co_await copy(part, some, {.offset = 2, .count = 6, .progress = &progress});
  check_equal(copied, std::uint64_t{6});
  check_equal(progress, std::uint64_t{6});
  check_equal(some.text, "234567");
  check_equal(part.text, "89abc");
}

WASIO_TEST("C135", "copy sends what a buffered reader has buffered, and then the rest") {
  Chunks chunks("head\n" + std::string(1000, 'x'), 100);
  BufferedReader reader(chunks);
  check_equal(*co_await reader.read_line(), "head");
  Kept rest;
  check_equal(co_await copy(reader, rest, {.count = 10}), std::uint64_t{10});
  check_equal(co_await copy(reader, rest), std::uint64_t{990});
  check_equal(rest.text, std::string(1000, 'x'));
}

WASIO_TEST("C135", "a size hint tells an empty stream from one of unknown size") {
  struct Sized final : ReceiveStream {
    explicit Sized(std::uint64_t size) : size(size) {}
    Task<std::size_t> receive_into(std::span<std::byte>) override { co_return 0; }
    std::optional<std::uint64_t> size_hint() const override { return size; }
    std::uint64_t size;
  };
  Chunks unknown("text", 10);
  check(!unknown.size_hint());
  for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{1} << 40}) {
    Sized sized(size);
    const BufferedReader reader(sized);
    check(reader.size_hint() == size);
  }
  co_return;
}

WASIO_TEST("C135", "several halves share a driver, and each is closed by itself") {
  // An input that a test feeds by hand.
  struct Input final : ReceiveDriver {
    std::string_view name() const override { return "input"; }
    TryResult try_receive(std::span<std::byte> into) override {
      if (text.empty()) return std::nullopt;
      const std::size_t count = std::min(into.size(), text.size());
      std::ranges::copy(as_bytes(text).first(count), into.begin());
      text.erase(0, count);
      return count;
    }
    Error watch(Loop&) override { return {}; }
    void feed(std::string_view more) {
      text += more;
      notify();
    }
    std::string text;
  } input;
  ReceiveHalf first(input);
  auto second = std::make_unique<ReceiveHalf>(input);
  std::string got;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> { got = co_await receive(first, 3); });
    co_await let_others_run();
    check_error(co_await attempt(receive(*second)), errors::busy);
    co_await second->aclose();
    check_error(co_await attempt(receive(*second)), errors::closed);
    second.reset();
    input.feed("abcde");
  });
  check_equal(got, "abc");
  check_equal(co_await receive(first), "de");
}

WASIO_TEST("C135", "on a shared output, sends queue, and closing one owner ends only its own") {
  GatedOutput output;
  SendHalf first(output);
  SendHalf second(output);
  std::string endings;
  const auto sending = [&](SendHalf& half, std::string text) -> Task<> {
    const auto sent = co_await attempt(send(half, text));
    endings += sent ? text.front() : '!';
  };
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(sending(first, "aaa"));
    group.spawn(sending(second, "bbb"));
    group.spawn(sending(first, "ccc"));
    group.spawn(sending(second, "ddd"));
    auto cancelled = group.spawn(sending(second, "eee"));
    co_await let_others_run();
    co_await first.aclose();
    cancelled.cancel();
    co_await let_others_run();
    check_equal(endings, "!!");
    output.let_pass();
  });
  check_equal(endings, "!!bd");
  check_equal(output.text, "bbbddd");
}

WASIO_TEST("C135", "an operation is found by its ticket until it leaves, and never again") {
  detail::OperationTable<int> table;
  int numbers[] = {0, 1, 2, 3};
  const auto first = table.add(numbers[0]);
  const auto second = table.add(numbers[1]);
  check(table.find(first) == &numbers[0] && table.find(second) == &numbers[1]);
  table.remove(first.index);
  check(table.find(first) == nullptr && table.size() == 1);
  // Its place is used again, but not under the same ticket.
  const auto third = table.add(numbers[2]);
  check_equal(third.index, first.index);
  check(table.find(first) == nullptr && table.find(third) == &numbers[2]);
  check(table.find({.index = 1000, .generation = 0}) == nullptr);
  const auto fourth = table.add(numbers[3]);
  table.remove(second.index);
  check(table.find(fourth) == &numbers[3] && table.size() == 2);
  co_return;
}

} // namespace conformance
