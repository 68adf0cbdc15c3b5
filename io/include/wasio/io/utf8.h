// Whether bytes are UTF-8, as RFC 3629 has it: of a text at once, or of one that comes in chunks.
#pragma once

#include <wasio/io/errors.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

WASIO_BEGIN

// A sequence of UTF-8, as its first byte announces it: how long it is and what its second byte may
// be. Any further byte is 0x80 to 0xbf.
struct Utf8Sequence {
  std::size_t length = 0; // 0: no sequence begins with this byte
  unsigned char low = 0x80;
  unsigned char high = 0xbf;
};

constexpr Utf8Sequence utf8_sequence(unsigned char first) {
  if (first < 0x80) return {1};
  if (first < 0xc2) return {0}; // amid a sequence, or a longer form of ASCII
  if (first < 0xe0) return {2};
  if (first == 0xe0) return {3, 0xa0, 0xbf}; // below: a longer form
  if (first == 0xed) return {3, 0x80, 0x9f}; // above: surrogates
  if (first < 0xf0) return {3};
  if (first == 0xf0) return {4, 0x90, 0xbf}; // below: a longer form
  if (first < 0xf4) return {4};
  if (first == 0xf4) return {4, 0x80, 0x8f}; // above: beyond U+10FFFF
  return {0};
}

// How many bytes the sequence at the front of `text` has; 0 if that is none. O(1).
constexpr std::size_t utf8_length(std::string_view text) {
  const auto byte = [text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const auto [length, low, high] = utf8_sequence(byte(0));
  if (length < 2) return length;
  if (text.size() < length || byte(1) < low || byte(1) > high) return 0;
  for (std::size_t at = 2; at < length; ++at)
    if (byte(at) < 0x80 || byte(at) > 0xbf) return 0;
  return length;
}

// Where `text` stops being UTF-8: the offset of the byte that begins no sequence, else npos. O(n).
constexpr std::size_t find_bad_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto length = utf8_length(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return std::string_view::npos;
}

// Nothing, or `bad_data` that names the first bad byte: "not UTF-8: byte 0xff at offset 12".
// `offset` is where in the whole the text begins. O(n).
Result<> check_utf8(std::string_view text, std::uint64_t offset = 0);

// Makes text of chunks that may be cut anywhere, also inside a character.
class Utf8Decoder {
 public:
  // The text up to the last whole character; what begins one stays for the next chunk. `bad_data`
  // names the first bad byte by its offset in the whole stream; from then on every call gives that
  // error. What a chunk has before its bad byte is not given. O(bytes).
  Result<std::string> decode(std::string_view chunk);
  Result<std::string> decode(std::span<const std::byte> chunk);

  // The stream has ended: `bad_data` if it did so inside a character. O(1).
  Result<> finish();

 private:
  Error bad_;
  std::string kept_;         // begins a character
  std::uint64_t offset_ = 0; // of `kept_` in the stream
};

WASIO_END
