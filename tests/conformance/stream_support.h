// Streams and texts that the tests of streams share.
#pragma once

#include "support.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>

namespace conformance {

inline Task<> send(SendStream& stream, std::string text) {
  co_await stream.send_all(as_bytes(text));
}

// Returns what one receive delivers.
inline Task<std::string> receive(ReceiveStream& stream, std::size_t room = 1000) {
  std::string text(room, ' ');
  text.resize(co_await stream.receive_into(std::as_writable_bytes(std::span(text))));
  co_return text;
}

// Delivers a text in chunks of random sizes up to `most`, and waits now and then.
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

// Keeps what is sent; if `slow`, it waits first.
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

// Random lines that end in LF or CRLF, empty ones and long ones among them.
inline std::string random_lines(unsigned seed, std::size_t count) {
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

inline constexpr std::size_t no_limit = SIZE_MAX;

} // namespace conformance
