// C130: the buffered writer, copying, and decoding UTF-8.
#include "stream_support.h"

namespace conformance {

WASIO_TEST("C130", "a writer sends whole buffers, and the rest on flush or close") {
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

WASIO_TEST("C130", "a writer sends exactly what was written, in pieces of any size") {
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

WASIO_TEST("C130",
           "a cancelled send breaks the writer; aclose closes the stream even if cancelled") {
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

WASIO_TEST("C130", "copy moves a part of a stream, and reports how much it has moved") {
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
  // Bytes beyond the count stay in the stream.
  Chunks from("0123456789", 100);
  Kept to;
  co_await copy(from, to, {.offset = 2, .count = 3});
  check_equal(to.text, "234");
  check_equal(co_await receive(from), "56789");
}

WASIO_TEST("C130",
           "UTF-8 decodes the same however it is cut, and a bad byte is named by its offset") {
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

} // namespace conformance
