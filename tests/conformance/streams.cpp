// C130-C133: byte streams.
#include "support.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace conformance {

namespace {

Task<> send(SendStream& stream, std::string text) {
  co_await stream.send_all(as_bytes(text));
}

// What one receive gives.
Task<std::string> receive(ReceiveStream& stream, std::size_t room = 1000) {
  std::string text(room, ' ');
  text.resize(co_await stream.receive_into(std::as_writable_bytes(std::span(text))));
  co_return text;
}

// A stream that gives a text in chunks of random sizes up to `most`, and now and then waits.
class Chunks final : public ReceiveStream {
 public:
  Chunks(std::string text, std::size_t most, unsigned seed = 1)
      : text_(std::move(text)), most_(most), random_(seed) {}

  Task<std::size_t> receive_into(std::span<std::byte> into) override {
    random_ = random_ * 1664525u + 1013904223u;
    if (random_ >> 30 == 0) co_await checkpoint();
    const std::size_t count =
        std::min({into.size(), text_.size() - at_, 1 + (random_ >> 8) % most_});
    std::ranges::copy(as_bytes(std::string_view(text_).substr(at_, count)), into.begin());
    at_ += count;
    ++receives;
    co_return count;
  }

  int receives = 0;

 private:
  std::string text_;
  std::size_t most_;
  unsigned random_;
  std::size_t at_ = 0;
};

// Keeps what is sent; waits first if told to.
class Kept final : public SendStream {
 public:
  Task<> send_all(std::span<const std::byte> bytes) override {
    ++sends;
    if (slow) co_await sleep_long();
    text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  Task<> aclose() override {
    closed = true;
    co_return;
  }

  std::string text;
  int sends = 0;
  bool slow = false;
  bool closed = false;
};

// Lines with ends of both sorts, empty ones and long ones.
std::string random_lines(unsigned seed, std::size_t count) {
  std::string text;
  unsigned random = seed;
  for (std::size_t i = 0; i < count; ++i) {
    random = random * 1664525u + 1013904223u;
    const unsigned size = (random >> 20) % (random >> 28 == 0 ? 300 : 12);
    for (unsigned at = 0; at < size; ++at) text += "ab\rc"[(random >> (at % 24)) % 4];
    text += random & 0x40000 ? "\r\n" : "\n";
  }
  return text;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (end != std::string_view::npos && line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line);
  }
  return lines;
}

std::string partial_of(const auto& result) {
  const auto* partial = result ? nullptr : result.error().template payload<std::string>();
  return partial ? *partial : "(none)";
}

constexpr std::size_t no_limit = SIZE_MAX;

// How the first separator ends a text, looked for in the plainest way.
std::optional<std::size_t> model_find(std::string_view text,
                                      std::span<const std::string_view> separators) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::size_t longest = 0;
    for (const auto separator : separators)
      if (text.substr(at).starts_with(separator)) longest = std::max(longest, separator.size());
    if (longest > 0) return at + longest;
  }
  return std::nullopt;
}

} // namespace

// The reader.

WASIO_TEST("C130", "lines are the same however the stream cuts its chunks") {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    const std::string text = random_lines(seed, 100) + (seed % 2 ? "the last" : "");
    const auto wanted = lines_of(text);
    for (const std::size_t most : {1u, 2u, 7u, 100u, 10'000u}) {
      Chunks chunks(text, most, seed);
      BufferedReader reader(chunks, {.buffer_size = 1 + (seed * 37) % 200});
      std::vector<std::string> views;
      while (const auto line = co_await reader.next_line()) views.emplace_back(*line);
      check_equal(views, wanted);
      check(!co_await reader.next_line());

      Chunks again(text, most, seed);
      BufferedReader other(again);
      std::vector<std::string> lines;
      while (auto line = co_await other.read_line()) lines.push_back(*line);
      check_equal(lines, wanted);
    }
  }
}

WASIO_TEST("C130", "lines: ends of both sorts, empty ones, a last one without an end") {
  Chunks chunks("a\nb\r\n\n\r\nc\rd\r\r\nlast\r", 3);
  BufferedReader reader(chunks);
  std::vector<std::string> lines;
  while (auto line = co_await reader.read_line()) lines.push_back(*line);
  check_equal(lines, std::vector<std::string>{"a", "b", "", "", "c\rd\r", "last\r"});
}

WASIO_TEST("C130", "a line that is in the buffer needs no step, and no cancel ends it") {
  Chunks chunks(random_lines(3, 500), 100'000);
  BufferedReader reader(chunks);
  co_await reader.peek(1);
  bool other_ran = false;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      other_ran = true;
      co_return;
    });
    for (int i = 0; i < 499; ++i) check((co_await reader.next_line()).has_value());
    check(!other_ran);
  });
  check_equal(chunks.receives, 1);
}

WASIO_TEST("C130", "a task that reads lines without end gives way") {
  auto pipe = memory_pipe({.high_water = 10'000, .max_chunk = 10});
  co_await send(pipe.sender, std::string(10'000, '\n'));
  BufferedReader reader(pipe.receiver);
  int steps = 0;
  int lines = 0;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      for (;; ++steps) co_await checkpoint();
    });
    for (; lines < 10'000; ++lines) co_await reader.next_line();
    group.cancel();
  });
  check_equal(lines, 10'000);
  check(steps >= 10); // 1000 receives, of which a task has 64 in one go
}

WASIO_TEST("C130",
           "read_until gives the earliest separator, the longest of those, over any chunks") {
  using Separators = std::vector<std::string_view>;
  const Separators all[] = {{"\n"},        {"\r\n"},           {"a", "ab", "abc"}, {"b", "abc"},
                            {"aab", "ab"}, {"cab", "b", "ba"}, {"aaaa", "aa"}};
  unsigned random = 99;
  for (int round = 0; round < 60; ++round) {
    std::string text;
    for (int i = 0; i < 60; ++i) {
      random = random * 1664525u + 1013904223u;
      text += "aabbcc\r\n"[(random >> 16) % 8];
    }
    const auto& separators = all[static_cast<std::size_t>(round) % std::size(all)];
    Chunks chunks(text, 1 + (random >> 10) % 5, random);
    BufferedReader reader(chunks, {.buffer_size = 1 + (random >> 5) % 20});
    std::string_view rest = text;
    while (const auto end = model_find(rest, separators)) {
      check_equal(co_await reader.read_until(separators, no_limit), rest.substr(0, *end));
      rest.remove_prefix(*end);
    }
    const auto result = co_await attempt(reader.read_until(separators, no_limit));
    check_error(result, errors::incomplete);
    check_equal(partial_of(result), rest);
    check_equal(co_await reader.read_some(), "");
  }
}

WASIO_TEST("C130", "read_until takes one separator, or a list of them") {
  Chunks chunks("one, two; three", 2);
  BufferedReader reader(chunks);
  check_equal(co_await reader.read_until(", ", 100), "one, ");
  check_equal(co_await reader.read_until({", ", "; "}, 100), "two; ");
  check_error(co_await attempt(reader.read_until("", 100)), errors::misuse);
  check_error(co_await attempt(reader.read_until(BufferedReader::Separators(), 100)),
              errors::misuse);
  check_equal(co_await reader.read_all(100), "three");
}

WASIO_TEST("C130", "a limit holds to the byte, and nothing is lost beyond it") {
  for (const std::size_t most : {1u, 3u, 100u}) {
    Chunks chunks("1234\r\n56789\nab", most);
    BufferedReader reader(chunks);
    for (const std::size_t limit : {0u, 1u, 4u, 5u}) {
      check_error(co_await attempt(reader.read_until("\r\n", limit)), errors::limit_exceeded);
      check_error(co_await attempt(reader.next_line(limit)), errors::limit_exceeded);
    }
    check_equal(co_await reader.read_until("\r\n", 6), "1234\r\n");
    check_error(co_await attempt(reader.read_line(5)), errors::limit_exceeded);
    check_equal(co_await reader.read_line(6), std::optional<std::string>("56789"));
    check_error(co_await attempt(reader.read_all(1)), errors::limit_exceeded);
    check_error(co_await attempt(reader.read_line(1)), errors::limit_exceeded);
    check_equal(co_await reader.read_line(2), std::optional<std::string>("ab"));
    check(!co_await reader.read_line(0));
  }
}

WASIO_TEST("C130", "an end that comes too early gives what there was") {
  Chunks chunks("0123456789", 4);
  BufferedReader reader(chunks);
  check_equal(co_await reader.read_exactly(0), "");
  check_equal(co_await reader.read_exactly(3), "012");
  const auto result = co_await attempt(reader.read_exactly(8));
  check_error(result, errors::incomplete);
  check_equal(partial_of(result), "3456789");
  check_equal(partial_of(co_await attempt(reader.read_exactly(1))), "");
}

WASIO_TEST("C130", "peek leaves what it shows; the reader is a stream itself") {
  auto pipe = memory_pipe({.max_chunk = 4});
  co_await send(pipe.sender, "0123456789");
  co_await pipe.sender.aclose();
  BufferedReader reader(pipe.receiver);
  check_equal(co_await reader.peek(2), "01");
  check_equal(co_await reader.peek(6), "012345");
  check_equal(co_await receive(reader, 1), "0");
  check_equal(co_await reader.read_some(), "1234567");
  check_equal(co_await reader.peek(100), "89");
  check_equal(co_await receive(reader), "89");
  check_equal(co_await receive(reader), "");
  check_equal(co_await reader.peek(1), "");
  check_error(co_await attempt(reader.receive_into({})), errors::misuse);
}

WASIO_TEST("C130", "a cancel in the midst of a call loses no byte") {
  auto pipe = memory_pipe({.max_chunk = 5});
  BufferedReader reader(pipe.receiver);
  const std::string text = random_lines(7, 200);
  std::vector<std::string> lines;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      for (std::size_t at = 0; at < text.size(); at += 3) {
        co_await send(pipe.sender, text.substr(at, 3));
        if (at % 4 == 0) co_await checkpoint();
      }
      co_await pipe.sender.aclose();
    });
    for (bool more = true; more;) {
      auto task = group.spawn([&]() -> Task<> {
        const auto line = co_await reader.read_line();
        if (line) lines.push_back(*line);
        more = line.has_value();
      });
      co_await checkpoint();
      task.cancel();
      co_await checkpoint();
    }
  });
  check_equal(lines, lines_of(text));
}

WASIO_TEST("C130", "a reader is read by one task at a time, and can be closed") {
  auto pipe = memory_pipe();
  BufferedReader reader(pipe.receiver);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(
        [&]() -> Task<> { check_error(co_await attempt(reader.read_line()), errors::closed); });
    co_await send(pipe.sender, "no end yet");
    co_await let_others_run();
    check_error(co_await attempt(reader.read_line()), errors::busy);
    check_error(co_await attempt(reader.next_line()), errors::busy);
    check_error(co_await attempt(reader.read_exactly(1)), errors::busy);
    check_error(co_await attempt(reader.peek(1)), errors::busy);
    co_await reader.aclose();
  });
  check_error(co_await attempt(reader.read_exactly(1)), errors::closed);
  check_error(co_await attempt(reader.next_line()), errors::closed);
  check_error(co_await attempt(send(pipe.sender, "x")), errors::closed);
}

// The writer, copying and decoding.

WASIO_TEST("C130", "a writer sends whole buffers, and the rest when it is told") {
  Kept kept;
  BufferedWriter writer(kept, {.buffer_size = 10});
  co_await writer.write("12345");
  check_equal(kept.sends, 0);
  co_await writer.write("6789abc");
  check_equal(kept.text, "123456789a");
  check_equal(writer.pending(), 2u);
  co_await writer.flush();
  check_equal(kept.text, "123456789abc");
  co_await writer.flush();
  check_equal(kept.sends, 2);
  co_await writer.write(std::string(25, 'x'));
  check_equal(kept.sends, 3);
  co_await writer.write("end");
  check(!kept.closed);
  co_await writer.aclose();
  co_await writer.aclose();
  check(kept.closed);
  check_equal(kept.text, "123456789abc" + std::string(25, 'x') + "end");
  check_error(co_await attempt(writer.write("more")), errors::closed);
}

WASIO_TEST("C130", "what writers of random pieces send is what was written") {
  unsigned random = 5;
  for (const std::size_t size : {0u, 1u, 7u, 100u}) {
    Kept kept;
    BufferedWriter writer(kept, {.buffer_size = size});
    std::string wanted;
    for (int i = 0; i < 200; ++i) {
      random = random * 1664525u + 1013904223u;
      const std::string piece((random >> 20) % 30, static_cast<char>('a' + i % 26));
      wanted += piece;
      co_await writer.write(piece);
    }
    co_await writer.aclose();
    check_equal(kept.text, wanted);
  }
}

WASIO_TEST("C130", "a send that is cut off breaks the writer; closing closes all the same") {
  Kept kept;
  kept.slow = true;
  BufferedWriter writer(kept);
  co_await writer.write("text");
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(writer.flush());
    co_await checkpoint();
    check_error(co_await attempt(writer.write("x")), errors::busy);
    group.cancel();
  });
  check_equal(writer.pending(), 0u);
  check_error(co_await attempt(writer.write("x")), errors::broken);
  check_error(co_await attempt(writer.flush()), errors::broken);
  kept.slow = false;
  co_await writer.aclose();
  check(kept.closed);
  check_equal(kept.text, "");

  Kept other;
  other.slow = true;
  BufferedWriter cancelled(other);
  co_await cancelled.write("text");
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(cancelled.aclose());
    co_await checkpoint();
    group.cancel();
  });
  check(other.closed);
}

WASIO_TEST("C130", "copy moves a part of a stream, and says how much it has moved") {
  const std::string text = random_lines(11, 3000);
  const auto size = text.size();
  for (const std::size_t most : {100u, 1'000'000u}) {
    for (const std::size_t offset : {std::size_t{0}, std::size_t{777}, size, size + 5}) {
      for (const std::size_t count : {std::size_t{0}, std::size_t{500}, size, no_limit}) {
        Chunks from(text, most);
        Kept to;
        std::uint64_t progress = 1;
        const auto sent =
            co_await copy(from, to, {.offset = offset, .count = count, .progress = &progress});
        check_equal(to.text, offset > size ? "" : text.substr(offset, count));
        check_equal(sent, to.text.size());
        check_equal(progress, sent);
      }
    }
  }
  // What is beyond the count stays in the stream.
  Chunks from("0123456789", 100);
  Kept to;
  co_await copy(from, to, {.offset = 2, .count = 3});
  check_equal(to.text, "234");
  check_equal(co_await receive(from), "56789");
}

WASIO_TEST("C130", "a text is decoded alike however it is cut, and a bad byte has its offset") {
  const std::string text = "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x8e\x89z";
  for (std::size_t one = 0; one <= text.size(); ++one) {
    for (std::size_t two = one; two <= text.size(); ++two) {
      Utf8Decoder decoder;
      const std::string_view all = text;
      std::string got = decoder.decode(all.substr(0, one)).value();
      got += decoder.decode(as_bytes(all.substr(one, two - one))).value();
      got += decoder.decode(all.substr(two)).value();
      check_equal(got, text);
      check(decoder.finish().has_value());
    }
  }
  const std::string_view bad[] = {"abc\xff", "ab\xc3(", "ab\xe2\x82(", "ab\xf4\x90", "ab\xed\xa0"};
  for (const auto wrong : bad) {
    std::string whole;
    for (std::size_t at = 0; at <= wrong.size(); ++at) {
      Utf8Decoder decoder;
      auto result = decoder.decode(wrong.substr(0, at));
      if (result) result = decoder.decode(wrong.substr(at));
      check_error(result, errors::bad_data);
      const std::string message = result ? "" : std::string(result.error().message());
      if (whole.empty()) whole = message;
      check_equal(message, whole);
      check_error(decoder.finish(), errors::bad_data);
    }
  }
  Utf8Decoder decoder;
  check_equal(decoder.decode("0123456789").value(), "0123456789");
  check_equal(decoder.decode("ab\xe2\x82").value(), "ab");
  const auto ended = decoder.finish();
  check_error(ended, errors::bad_data);
  check_equal(ended.error().message(), "not UTF-8: byte 0xe2 at offset 12");
  co_return;
}

// Backpressure and ends.

WASIO_TEST("C131", "a send waits only while the stream is full up to the high-water mark") {
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

WASIO_TEST("C131", "who can reach no receiver any more fails at once, blocked or not") {
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

WASIO_TEST("C131", "a sender that goes is the end, after what it has sent") {
  auto ends = memory_pipe();
  {
    MemorySender sender = std::move(ends.sender);
    co_await send(sender, "left");
  }
  check_equal(co_await receive(ends.receiver, 3), "lef");
  check_equal(co_await receive(ends.receiver), "t");
  check_equal(co_await receive(ends.receiver), "");
}

WASIO_TEST("C131", "a cancelled send may have sent a part, and no byte twice") {
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

WASIO_TEST("C131", "receives give as little as they are told") {
  auto [left, right] = memory_stream_pair({.max_chunk = 2});
  co_await send(left, "abcde");
  check_equal(co_await receive(right), "ab");
  right.set_max_chunk(1);
  check_equal(co_await receive(right), "c");
  right.set_max_chunk(100);
  check_equal(co_await receive(right), "de");
}

// One at a time.

WASIO_TEST("C132", "a second receive or send at once fails with busy, which is a misuse") {
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

WASIO_TEST("C132", "a receive and a send at once are no conflict") {
  auto [left, right] = memory_stream_pair({.high_water = 4});
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> { check_equal(co_await receive(left), "to left"); });
    group.spawn(send(left, "to right"));
    co_await let_others_run();
    check_equal(co_await receive(right), "to right");
    co_await send(right, "to left");
  });
}

WASIO_TEST("C132", "what several tasks print at once is no conflict") {
  co_await task_group([](TaskGroup& group) {
    for (int i = 0; i < 3; ++i) group.spawn(print_error(""));
  });
}

// The checks.

WASIO_TEST("C133", "streams in memory pass the checks of all streams") {
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

WASIO_TEST("C133", "a reader passes the checks of a stream that is only read") {
  struct Read final : ReceiveStream {
    explicit Read(std::string_view text) : chunks(std::string(text), 100), reader(chunks, {64}) {}
    WASIO_CORO_WRAPPER Task<std::size_t> receive_into(std::span<std::byte> into) override {
      return reader.receive_into(into);
    }
    WASIO_CORO_WRAPPER Task<> aclose() override { return reader.aclose(); }
    Chunks chunks;
    BufferedReader reader;
  };
  const std::string text = random_lines(13, 2000);
  co_await check_receive_stream([&] { return std::make_unique<Read>(text); }, as_bytes(text));
}

WASIO_VIRTUAL_TEST("C130",
                   "next_lines gives whole lines however the chunks are cut, and then the rest") {
  for (unsigned seed = 1; seed <= 30; ++seed) {
    const std::string text = random_lines(seed, 300) + (seed % 2 ? "rest" : "");
    auto [sender, receiver] = memory_pipe({.max_chunk = 1 + seed % 7});
    std::string got;
    co_await task_group([&](TaskGroup& group) -> Task<> {
      group.spawn([](MemorySender sender, const std::string& text) -> Task<> {
        co_await sender.send_all(as_bytes(text));
      }(std::move(sender), text));
      BufferedReader reader(receiver, {.buffer_size = 1 + seed});
      while (const auto lines = co_await reader.next_lines()) {
        check(!lines->empty());
        got += *lines;
        if (got.size() < text.size() && got.back() != '\n') check_equal(got, "a line end");
      }
      check(!co_await reader.next_lines());
    });
    check_equal(got, text);
  }
}

WASIO_VIRTUAL_TEST("C130",
                   "next_lines: the limit is for one line, and what came before it is given") {
  auto [sender, receiver] = memory_pipe();
  co_await sender.send_all(as_bytes("a\nb\n123456"));
  co_await sender.aclose();
  BufferedReader reader(receiver);
  check_equal(*co_await reader.next_lines(5), "a\nb\n");
  check_error(co_await attempt(reader.next_lines(5)), errors::limit_exceeded);
  check_equal(*co_await reader.next_lines(6), "123456");
}

WASIO_VIRTUAL_TEST("C133", "the checks find what is wrong, and say which it was") {
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
