// Reading lines of 10 to 90 bytes from a stream of chunks; the figure is per line. The bare loop
// scans the same bytes in place.
#include "measure.h"
#include <wasio/io/buffered_reader.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace bench {
namespace {

// Lines of varying lengths.
std::string make_text(int lines) {
  std::string text;
  for (int i = 0; i < lines; ++i) {
    text.append(static_cast<std::size_t>(10 + i * 37 % 81), 'x');
    text += '\n';
  }
  return text;
}

// Delivers a text over and over, until that many lines have been delivered.
class Repeated final : public wasio::ReceiveStream {
 public:
  Repeated(const std::string& text, int lines, int lines_in_text)
      : text_(text), times_(lines / lines_in_text) {}

  wasio::Task<std::size_t> receive_into(std::span<std::byte> into) override {
    if (at_ == text_.size()) {
      at_ = 0;
      --times_;
    }
    if (times_ == 0) co_return 0;
    const std::size_t count = std::min(into.size(), text_.size() - at_);
    std::memcpy(into.data(), text_.data() + at_, count);
    at_ += count;
    co_return count;
  }

 private:
  const std::string& text_;
  int times_;
  std::size_t at_ = 0;
};

constexpr int lines_in_text = 1000;
const std::string& text() {
  static const std::string text = make_text(lines_in_text);
  return text;
}
// Rounds down to whole texts, but at least to one: both versions read the same.
constexpr int in_whole_texts(int count) {
  return std::max(count / lines_in_text, 1) * lines_in_text;
}

wasio::Task<> ours(int count) {
  Repeated source(text(), in_whole_texts(count), lines_in_text);
  wasio::BufferedReader reader(source);
  std::size_t bytes = 0;
  while (auto line = co_await reader.next_line()) bytes += line->size();
  sink = static_cast<int>(bytes);
}

void bare(int count) {
  std::size_t bytes = 0;
  for (int times = in_whole_texts(count) / lines_in_text; times > 0; --times) {
    const char* at = text().data();
    const char* const end = at + text().size();
    while (const void* found = std::memchr(at, '\n', static_cast<std::size_t>(end - at))) {
      const auto* const line_end = static_cast<const char*>(found);
      bytes += static_cast<std::size_t>(line_end - at);
      at = line_end + 1;
    }
  }
  sink = static_cast<int>(bytes);
}

} // namespace

const Measure buffered_lines{"buffered_lines", ours, bare};

} // namespace bench
