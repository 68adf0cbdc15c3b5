// Small writes that reach a stream in large pieces.
#pragma once

#include <wasio/io/stream.h>

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

WASIO_BEGIN

struct BufferedWriterOptions {
  std::size_t buffer_size = 64 << 10; // in bytes; 0: each write is sent at once
};

// Writes to a stream, which must outlive it, through a buffer. Its destructor drops what was not
// sent, as it cannot wait: end it with `flush` or `aclose`.
//
// Calls fail with what the stream fails with; with `busy` while another call waits for the stream;
// with `closed` after `aclose`. Each is a cancel point and a schedule point when it sends, and only
// then. A send that is cut off by a cancel or an error may have sent a part of what was in the
// buffer, and nobody knows which: nothing is sent twice, so that is dropped, and all calls but
// `aclose` fail with `broken` from then on.
class BufferedWriter {
 public:
  explicit BufferedWriter(SendStream& stream WASIO_LIFETIMEBOUND,
                          BufferedWriterOptions options = {});
  BufferedWriter(const BufferedWriter&) = delete;
  BufferedWriter& operator=(const BufferedWriter&) = delete;

  // Puts the bytes into the buffer, and sends what is in it when it is full. A cancel that comes
  // while it waits may leave a part of `bytes` written. They must live until the task has ended.
  // O(bytes), amortised.
  Task<> write(std::span<const std::byte> bytes);
  WASIO_CORO_WRAPPER Task<> write(std::string_view text) { return write(as_bytes(text)); }

  // Sends what is in the buffer.
  Task<> flush();

  // Sends what is in the buffer, and closes the stream, also when that fails or is cancelled.
  // Closing again does nothing.
  Task<> aclose();

  // Bytes that were written and not sent yet.
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
