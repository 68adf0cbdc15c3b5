// Collects small writes and sends them to a stream in large pieces.
#pragma once

#include <wasio/io/stream.h>

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

WASIO_BEGIN

struct BufferedWriterOptions {
  std::size_t buffer_size = 64 << 10; // in bytes; 0: each write is sent immediately
};

// Writes to a stream through a buffer. The stream must outlive it. The destructor discards unsent
// bytes, because it cannot wait: finish with `flush` or `aclose`.
//
// Calls fail with whatever the stream fails with; with `busy` while another call waits for the
// stream; with `closed` after `aclose`. A call is a cancel point and a schedule point only if it
// sends. A send interrupted by a cancel or an error may have sent an unknown part of the buffer.
// Nothing is sent twice, so the buffer is discarded, and from then on all calls except `aclose`
// fail with `broken`.
class BufferedWriter {
 public:
  explicit BufferedWriter(SendStream& stream WASIO_LIFETIMEBOUND,
                          BufferedWriterOptions options = {});
  BufferedWriter(const BufferedWriter&) = delete;
  BufferedWriter& operator=(const BufferedWriter&) = delete;

  // Appends the bytes to the buffer, and sends the buffer when it is full. A cancel while it waits
  // may leave a part of `bytes` written. `bytes` must live until the task has ended. O(bytes),
  // amortised.
  Task<> write(std::span<const std::byte> bytes);
  WASIO_CORO_WRAPPER Task<> write(std::string_view text) { return write(as_bytes(text)); }

  // Sends the buffered bytes.
  Task<> flush();

  // Sends the buffered bytes and closes the stream, even if sending fails or is cancelled. Closing
  // again does nothing.
  Task<> aclose();

  // The number of bytes written but not yet sent.
  std::size_t pending() const { return buffer_.size(); }

 private:
  class Sending;

  Error refusal() const;
  Task<> send(std::span<const std::byte> bytes);
  Task<> send_buffer();

  SendStream* stream_;
  std::size_t capacity_;
  std::vector<std::byte> buffer_;
  bool sending_ = false;
  bool broken_ = false;
  bool closed_ = false;
};

WASIO_END
