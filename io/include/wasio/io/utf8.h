// Validates UTF-8 (RFC 3629), of a whole text or of one that arrives in chunks.
#pragma once

#include <wasio/io/errors.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

WASIO_BEGIN

// What the first byte of a UTF-8 sequence determines: the length and the range of the second byte.
// All further bytes are 0x80 to 0xbf.
struct Utf8Sequence {
  std::size_t length = 0; // in bytes; 0: no sequence begins with this byte
  unsigned char low = 0x80;
  unsigned char high = 0xbf;
};

constexpr Utf8Sequence utf8_sequence(unsigned char first) {
  if (first < 0x80) return {1};
  if (first < 0xc2) return {0}; // a continuation byte, or an overlong form of ASCII
  if (first < 0xe0) return {2};
  if (first == 0xe0) return {3, 0xa0, 0xbf}; // below: overlong forms
  if (first == 0xed) return {3, 0x80, 0x9f}; // above: surrogates
  if (first < 0xf0) return {3};
  if (first == 0xf0) return {4, 0x90, 0xbf}; // below: overlong forms
  if (first < 0xf4) return {4};
  if (first == 0xf4) return {4, 0x80, 0x8f}; // above: beyond U+10FFFF
  return {0};
}

// The length in bytes of the sequence at the front of `text`; 0 if there is no valid one. O(1).
constexpr std::size_t utf8_length(std::string_view text) {
  const auto byte = [text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const auto [length, low, high] = utf8_sequence(byte(0));
  if (length < 2) return length;
  if (text.size() < length || byte(1) < low || byte(1) > high) return 0;
  for (std::size_t at = 2; at < length; ++at)
    if (byte(at) < 0x80 || byte(at) > 0xbf) return 0;
  return length;
}

// The offset of the first byte that does not begin a valid sequence; npos if all of `text` is
// UTF-8. O(n).
constexpr std::size_t find_bad_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto length = utf8_length(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return std::string_view::npos;
}

// Succeeds, or fails with `bad_data` naming the first bad byte: "not UTF-8: byte 0xff at offset
// 12". `offset` is the position of `text` in the whole. O(n).
Result<> check_utf8(std::string_view text, std::uint64_t offset = 0);

// Decodes text from chunks that may be cut anywhere, even inside a character.
class Utf8Decoder {
 public:
  // Returns the text up to the last complete character; the start of an incomplete one is kept for
  // the next chunk. Fails with `bad_data` naming the first bad byte by its offset in the whole
  // stream; all later calls fail with that same error. The part of a chunk before its bad byte is
  // not returned. O(bytes).
  Result<std::string> decode(std::string_view chunk);
  Result<std::string> decode(std::span<const std::byte> chunk);

  // Call at the end of the stream: fails with `bad_data` if it ended inside a character. O(1).
  Result<> finish();

 private:
  Error bad_;
  std::string kept_;         // the start of an incomplete character
  std::uint64_t offset_ = 0; // of `kept_` in the stream
};

WASIO_END
