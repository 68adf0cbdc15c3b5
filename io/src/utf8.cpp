#include <wasio/io/utf8.h>

#include <algorithm>

WASIO_BEGIN
namespace {

Error not_utf8(char bad, std::uint64_t offset) {
  constexpr std::string_view digits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(bad);
  return Error(errors::bad_data, join_text("not UTF-8: byte 0x", digits[byte >> 4],
                                           digits[byte & 15], " at offset ", offset));
}

// Whether further bytes could complete `text` into a sequence.
bool begins_sequence(std::string_view text) {
  const auto [length, low, high] = utf8_sequence(static_cast<unsigned char>(text[0]));
  if (text.size() >= length) return false;
  const auto in = [](char c, unsigned char least, unsigned char most) {
    return static_cast<unsigned char>(c) >= least && static_cast<unsigned char>(c) <= most;
  };
  return text.size() < 2 ||
         (in(text[1], low, high) &&
          std::ranges::all_of(text.substr(2), [&](char c) { return in(c, 0x80, 0xbf); }));
}

} // namespace

Result<> check_utf8(std::string_view text, std::uint64_t offset) {
  const auto bad = find_bad_utf8(text);
  if (bad == std::string_view::npos) return {};
  return std::unexpected(not_utf8(text[bad], offset + bad));
}

Result<std::string> Utf8Decoder::decode(std::string_view chunk) {
  if (bad_) return std::unexpected(bad_);
  std::string text = std::move(kept_);
  kept_.clear();
  text += chunk;
  const auto stop = std::min(find_bad_utf8(text), text.size());
  if (stop < text.size() && !begins_sequence(std::string_view(text).substr(stop))) {
    bad_ = not_utf8(text[stop], offset_ + stop);
    return std::unexpected(bad_);
  }
  kept_ = text.substr(stop);
  text.resize(stop);
  offset_ += stop;
  return text;
}

Result<std::string> Utf8Decoder::decode(std::span<const std::byte> chunk) {
  return decode(std::string_view(reinterpret_cast<const char*>(chunk.data()), chunk.size()));
}

Result<> Utf8Decoder::finish() {
  if (!bad_ && !kept_.empty()) bad_ = not_utf8(kept_[0], offset_);
  if (bad_) return std::unexpected(bad_);
  return {};
}

WASIO_END
