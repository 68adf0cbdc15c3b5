// Lines, records and counted bytes out of a stream of chunks.
#pragma once

#include <wasio/detail/slot.h>
#include <wasio/io/stream.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

WASIO_BEGIN

struct BufferedReaderOptions {
  // Bytes that one receive asks for at most, and the buffer's first size; 0 counts as 1. The buffer
  // grows when more must be held together, to twice what a call's limit allows and this once more.
  // The default is what stays in a processor's nearest cache.
  std::size_t buffer_size = 32 << 10;
};

class BufferedReader;

namespace detail {

// The first line end in a text; null if there is none. Eight bytes at a time: the `memchr` of C
// libraries for wasm32 looks at four, and this is what most of the time of reading lines goes into.
inline const char* find_line_end(const char* at, const char* end) {
  static_assert(std::endian::native == std::endian::little);
  constexpr std::uint64_t ones = 0x0101010101010101;
  for (; end - at >= 8; at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    word ^= ones * '\n'; // a line end is a zero byte now
    // Its top bit is the lowest that is set; those above may be set by the borrow.
    const std::uint64_t zeros = (word - ones) & ~word & (ones << 7);
    if (zeros != 0) return at + std::countr_zero(zeros) / 8;
  }
  for (; at != end; ++at)
    if (*at == '\n') return at;
  return nullptr;
}

// `co_await reader.next_line(limit)`. A line that is in the buffer is given without a suspension.
class [[nodiscard("a line is read only when it is awaited")]] NextLine {
 public:
  using wasio_awaitable = void;
  using Line = std::optional<std::string_view>;

  NextLine(BufferedReader& reader, std::size_t limit) : reader_(&reader), limit_(limit) {}

  bool await_ready();
  template <class Promise>
  Transfer await_suspend(std::coroutine_handle<Promise> awaiting) {
    reading_.put(read());
    return reading_.value().await_suspend(awaiting);
  }
  Line await_resume() { return line_ ? line_ : reading_.value().await_resume(); }

 private:
  Task<Line> read();

  BufferedReader* reader_;
  std::size_t limit_;
  Line line_; // found in the buffer
  Slot<TaskAwaiter<Line>> reading_;
};

} // namespace detail

// Reads a stream, which must outlive it, through a buffer; or stands in for it as a stream.
//
// All that it gives is independent of how the stream cuts its chunks. Calls fail with what the
// stream fails with, and with `busy` while another call waits for the stream. Each is a cancel
// point and a schedule point when it reads the stream, and only then: what is in the buffer is
// given without a step of the task's budget, of which every receive takes one. A cancelled call has
// taken nothing: what had come stays for the next one. So it is after a `limit_exceeded`. Every
// byte is searched once, whatever the chunks: O(bytes) for each call, times the length of its
// separators.
class BufferedReader final : public ReceiveStream {
 public:
  using Separators = std::span<const std::string_view>;
  static constexpr std::size_t default_limit = 1 << 20;

  explicit BufferedReader(ReceiveStream& stream WASIO_LIFETIMEBOUND,
                          BufferedReaderOptions options = {});
  BufferedReader(const BufferedReader&) = delete;
  BufferedReader& operator=(const BufferedReader&) = delete;

  // Exactly `count` bytes. If the stream ends before, fails with `incomplete`: its payload is a
  // std::string with the bytes that were left, which are gone from the buffer.
  Task<std::string> read_exactly(std::size_t count);

  // Everything up to the first separator, and that too, at most `limit` bytes. Of several the one
  // counts that begins first, of those that begin together the longest: it waits for the bytes that
  // decide this. If more than `limit` bytes would be needed, fails with `limit_exceeded`, as soon
  // as that is certain. If the stream ends before, fails with `incomplete` as above. An empty
  // separator, or none, is `misuse`. The separators must live until the task has ended.
  Task<std::string> read_until(std::string_view separator, std::size_t limit);
  Task<std::string> read_until(Separators separators, std::size_t limit);
  WASIO_CORO_WRAPPER Task<std::string>
  read_until(std::initializer_list<std::string_view> separators, std::size_t limit);

  // The next line without its end, "\n" or "\r\n"; nothing at the end of the stream. What comes
  // after the last line end is a line, unless it is empty. `limit` counts the line with its end;
  // beyond it fails with `limit_exceeded`.
  Task<std::optional<std::string>> read_line(std::size_t limit = default_limit);
  // The same as std::optional<std::string_view> into the buffer, valid until the next call.
  detail::NextLine next_line(std::size_t limit = default_limit) {
    return detail::NextLine(*this, limit);
  }

  // The lines that are there, at least one, as they stand and with their ends: what the buffer has
  // up to its last line end, else what comes up to the first one; at the end what is left, and then
  // nothing. Fails with `limit_exceeded` when more than `limit` bytes have come without a line end.
  // Valid until the next call.
  Task<std::optional<std::string_view>> next_lines(std::size_t limit = default_limit);

  // What is in the buffer, else what one receive gives; empty at the end. Valid until the next
  // call.
  Task<std::string_view> read_some();
  // The rest of the stream, at most `limit` bytes; if there are more, fails with `limit_exceeded`.
  Task<std::string> read_all(std::size_t limit);
  // The next `count` bytes, which stay; fewer only before the end. Valid until the next call.
  Task<std::string_view> peek(std::size_t count);

  // What is in the buffer, else straight from the stream if there is room for a buffer's worth.
  Task<std::size_t> receive_into(std::span<std::byte> into) override;
  std::size_t size_hint() const override { return stream_->size_hint(); }
  // Drops what is in the buffer and closes the stream.
  Task<> aclose() override;

 private:
  friend detail::NextLine;
  class Filling;

  std::string_view buffered() const { return {buffer_.get() + begin_, end_ - begin_}; }
  std::string_view take(std::size_t count);
  std::optional<std::string_view> take_line(std::size_t limit);
  Error refusal() const;
  Task<bool> fill();
  Task<> fill_up_to(std::size_t count);
  void make_room();
  Error incomplete(std::string_view wanted);

  ReceiveStream* stream_;
  std::size_t chunk_;
  std::size_t capacity_ = 0;
  std::unique_ptr<char[]> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t searched_ = 0; // from `begin_` to here there is no "\n"; never before `begin_`
  bool at_end_ = false;
  bool filling_ = false; // a task waits for the stream: the buffer must stay where it is
  bool closed_ = false;
};

inline std::string_view BufferedReader::take(std::size_t count) {
  const std::string_view taken(buffer_.get() + begin_, count);
  begin_ += count;
  if (searched_ < begin_) searched_ = begin_;
  return taken;
}

// A whole line that is in the buffer; nothing if there is none, or one beyond the limit.
inline std::optional<std::string_view> BufferedReader::take_line(std::size_t limit) {
  if (searched_ == end_) return std::nullopt;
  const char* const base = buffer_.get();
  const char* const found = detail::find_line_end(base + searched_, base + end_);
  const std::size_t at = found ? static_cast<std::size_t>(found - base) : end_;
  if (!found || at - begin_ >= limit) {
    searched_ = at;
    return std::nullopt;
  }
  std::string_view line(base + begin_, at - begin_);
  begin_ = searched_ = at + 1;
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

inline bool detail::NextLine::await_ready() {
  if (reader_->filling_) [[unlikely]]
    return false;
  line_ = reader_->take_line(limit_);
  return line_.has_value();
}

WASIO_END
