// Reads lines, records and counted bytes from a stream of chunks.
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
  // The most bytes that one receive requests, and the buffer's initial size; 0 counts as 1. The
  // buffer grows when a call needs more contiguous bytes, to at most twice the call's limit plus
  // `buffer_size`. The default fits in a processor's L1 cache.
  std::size_t buffer_size = 32 << 10;
};

class BufferedReader;

namespace detail {

// The first '\n' in a text; null if there is none. Looks at eight bytes at a time: the `memchr` of
// C libraries for wasm32 looks at four, and reading lines spends most of its time here.
inline const char* find_line_end(const char* at, const char* end) {
  static_assert(std::endian::native == std::endian::little);
  constexpr std::uint64_t ones = 0x0101010101010101;
  for (; end - at >= 8; at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    word ^= ones * '\n'; // turns each '\n' into a zero byte
    // The lowest top bit set marks the first zero byte; higher ones may come from the borrow.
    const std::uint64_t zeros = (word - ones) & ~word & (ones << 7);
    if (zeros != 0) return at + std::countr_zero(zeros) / 8;
  }
  for (; at != end; ++at)
    if (*at == '\n') return at;
  return nullptr;
}

// `co_await reader.next_line(limit)`. A line already in the buffer is returned without suspending.
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

// Reads a stream through a buffer. It is a stream itself, and can be used in place of the original,
// which must outlive it.
//
// Results do not depend on how the stream cuts its chunks. Calls fail with whatever the stream
// fails with, and with `busy` while another call waits for the stream. A call is a cancel point and
// a schedule point only if it reads the stream: buffered bytes are returned without taking a step
// of the task's budget, while every receive takes one. A cancelled call has taken nothing: bytes
// that had arrived stay for the next call. The same holds after `limit_exceeded`. Every byte is
// searched once, whatever the chunks: each call is O(bytes), times the length of its separators.
class BufferedReader final : public ReceiveStream {
 public:
  using Separators = std::span<const std::string_view>;
  static constexpr std::size_t default_limit = 1 << 20;

  explicit BufferedReader(ReceiveStream& stream WASIO_LIFETIMEBOUND,
                          BufferedReaderOptions options = {});
  BufferedReader(const BufferedReader&) = delete;
  BufferedReader& operator=(const BufferedReader&) = delete;

  // Reads exactly `count` bytes. If the stream ends first, fails with `incomplete`, whose payload
  // is a std::string with the remaining bytes; they are removed from the buffer.
  Task<std::string> read_exactly(std::size_t count);

  // Reads up to and including the first separator, at most `limit` bytes. Of several separators the
  // one that begins first counts; of those that begin at the same byte, the longest: the call waits
  // for the bytes that decide this. Fails with `limit_exceeded` as soon as it is certain that more
  // than `limit` bytes are needed, with `incomplete` as above if the stream ends first, and with
  // `misuse` if there is no separator or an empty one. The separators must live until the task has
  // ended.
  Task<std::string> read_until(std::string_view separator, std::size_t limit);
  Task<std::string> read_until(Separators separators, std::size_t limit);
  WASIO_CORO_WRAPPER Task<std::string>
  read_until(std::initializer_list<std::string_view> separators, std::size_t limit);

  // Returns the next line without its line end, "\n" or "\r\n"; nullopt at the end of the stream.
  // The text after the last line end is a line, unless it is empty. Fails with `limit_exceeded` if
  // the line, including its line end, is longer than `limit` bytes.
  Task<std::optional<std::string>> read_line(std::size_t limit = default_limit);
  // The same, but a std::optional<std::string_view> into the buffer, valid until the next call.
  detail::NextLine next_line(std::size_t limit = default_limit) {
    return detail::NextLine(*this, limit);
  }

  // Returns all available lines, at least one, unchanged and with their line ends: the buffer up to
  // its last line end; if it has none, the bytes received until one arrives, up to the last line
  // end. At the end of the stream returns the rest, then nullopt. Fails with `limit_exceeded` if
  // more than `limit` bytes have arrived without a line end. Valid until the next call.
  Task<std::optional<std::string_view>> next_lines(std::size_t limit = default_limit);

  // Returns the buffered bytes, or those of one receive if there are none; empty at the end. Valid
  // until the next call.
  Task<std::string_view> read_some();
  // Reads the rest of the stream. Fails with `limit_exceeded` if it is longer than `limit` bytes.
  Task<std::string> read_all(std::size_t limit);
  // Returns the next `count` bytes without consuming them; fewer only if the stream ends before.
  // Valid until the next call.
  Task<std::string_view> peek(std::size_t count);

  // Returns buffered bytes. If there are none and `into` has room for at least `buffer_size`,
  // receives directly from the stream.
  Task<std::size_t> receive_into(std::span<std::byte> into) override;
  // Readable while bytes are buffered, or when the stream is.
  Readable readable() override;
  std::optional<std::uint64_t> size_hint() const override { return stream_->size_hint(); }
  // Moves the buffered bytes without another copy; if there are none, asks the stream.
  std::optional<Task<std::uint64_t>> splice_to(SendStream& to, std::uint64_t limit) override;
  // Discards the buffered bytes and closes the stream.
  Task<> aclose() override;

 private:
  friend detail::NextLine;
  class Filling;

  std::string_view buffered() const { return {buffer_.get() + begin_, end_ - begin_}; }
  std::string_view take(std::size_t count);
  std::optional<std::string_view> take_line(std::size_t limit);
  Error refusal() const;
  Task<bool> fill();
  Task<std::uint64_t> send_buffered(SendStream& to, std::uint64_t limit);
  Task<> fill_up_to(std::size_t count);
  void make_room();
  Error incomplete(std::string_view wanted);

  ReceiveStream* stream_;
  std::size_t chunk_;
  std::size_t capacity_ = 0;
  std::unique_ptr<char[]> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t searched_ = 0; // no "\n" between `begin_` and here; never less than `begin_`
  bool at_end_ = false;
  bool filling_ = false; // a task waits for the stream: the buffer must not move
  bool closed_ = false;
};

inline std::string_view BufferedReader::take(std::size_t count) {
  const std::string_view taken(buffer_.get() + begin_, count);
  begin_ += count;
  if (searched_ < begin_) searched_ = begin_;
  return taken;
}

// A complete line in the buffer; nullopt if there is none, or one longer than the limit.
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
