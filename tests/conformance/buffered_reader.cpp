// C130: the buffered reader. C133: it is a stream itself.
#include "stream_support.h"

#include <optional>
#include <string_view>
#include <vector>

namespace conformance {
namespace {

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

// Where the first separator ends in a text, searched in the simplest way.
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

WASIO_TEST("C130", "lines are the same however the stream is cut into chunks") {
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

WASIO_TEST("C130", "lines end in LF or CRLF, may be empty, and the last one may lack its end") {
  Chunks chunks("a\nb\r\n\n\r\nc\rd\r\r\nlast\r", 3);
  BufferedReader reader(chunks);
  std::vector<std::string> lines;
  while (auto line = co_await reader.read_line()) lines.push_back(*line);
  check_equal(lines, std::vector<std::string>{"a", "b", "", "", "c\rd\r", "last\r"});
}

WASIO_TEST("C130", "a line that is in the buffer is returned without a checkpoint or a receive") {
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

WASIO_TEST("C130", "a task that reads lines without end yields") {
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
  check(steps >= 10); // 1000 receives, and a task has a budget of 64
}

WASIO_TEST("C130", "read_until finds the earliest separator, of those the longest, across chunks") {
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

WASIO_TEST("C130", "read_until accepts one separator, or a list of them") {
  Chunks chunks("one, two; three", 2);
  BufferedReader reader(chunks);
  check_equal(co_await reader.read_until(", ", 100), "one, ");
  check_equal(co_await reader.read_until({", ", "; "}, 100), "two; ");
  check_error(co_await attempt(reader.read_until("", 100)), errors::misuse);
  check_error(co_await attempt(reader.read_until(BufferedReader::Separators(), 100)),
              errors::misuse);
  check_equal(co_await reader.read_all(100), "three");
}

WASIO_TEST("C130", "a limit is exact to the byte, and nothing beyond it is lost") {
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

WASIO_TEST("C130", "an end that comes too early delivers what there was, with the error") {
  Chunks chunks("0123456789", 4);
  BufferedReader reader(chunks);
  check_equal(co_await reader.read_exactly(0), "");
  check_equal(co_await reader.read_exactly(3), "012");
  const auto result = co_await attempt(reader.read_exactly(8));
  check_error(result, errors::incomplete);
  check_equal(partial_of(result), "3456789");
  check_equal(partial_of(co_await attempt(reader.read_exactly(1))), "");
}

WASIO_TEST("C130", "peek consumes nothing, and the reader is a stream itself") {
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

WASIO_TEST("C130", "a cancel in the middle of a call loses no byte") {
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

WASIO_TEST("C130", "a reader serves one task at a time, and can be closed") {
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

WASIO_TEST("C133", "a reader passes the checks for receive streams") {
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
                   "next_lines returns whole lines however the stream is cut, then the rest") {
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
                   "next_lines limits each line, and first returns the lines before a long one") {
  auto [sender, receiver] = memory_pipe();
  co_await sender.send_all(as_bytes("a\nb\n123456"));
  co_await sender.aclose();
  BufferedReader reader(receiver);
  check_equal(*co_await reader.next_lines(5), "a\nb\n");
  check_error(co_await attempt(reader.next_lines(5)), errors::limit_exceeded);
  check_equal(*co_await reader.next_lines(6), "123456");
}

} // namespace conformance
