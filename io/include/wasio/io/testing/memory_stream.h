// In-memory streams, for tests of code that takes a stream.
#pragma once

#include <wasio/detail/counted.h>
#include <wasio/io/stream.h>

#include <cstddef>
#include <cstdint>
#include <utility>

WASIO_BEGIN

struct MemoryStreamOptions {
  // High-water mark: the most bytes buffered in each direction; at least 1. A send that would
  // exceed it waits until the rest fits.
  std::size_t high_water = 64 << 10;
  // The most bytes that one receive returns, so that a test controls the chunks; at least 1.
  std::size_t max_chunk = SIZE_MAX;
};

namespace detail {

class MemoryPipe;
void hold(MemoryPipe& pipe) noexcept;
void drop(MemoryPipe& pipe) noexcept;
using PipeRef = Ref<MemoryPipe>;

} // namespace detail

// The sending end. Destroying it is the end of data for the receiver, as with a closed socket.
class MemorySender final : public SendStream {
 public:
  explicit MemorySender(detail::PipeRef pipe) : pipe_(std::move(pipe)) {}
  MemorySender(MemorySender&&) = default;
  MemorySender& operator=(MemorySender other) noexcept;
  ~MemorySender() override;

  // Waits only while the pipe is full up to the high-water mark. The bytes that a cancelled send
  // has put into the pipe stay there. O(bytes), amortised.
  Task<> send_all(std::span<const std::byte> bytes) override;
  // Ends the data, as in ByteStream. Never waits.
  Task<> send_eof();
  // Closes immediately; no checkpoint. O(1).
  Task<> aclose() override;

 private:
  detail::PipeRef pipe_;
};

// The receiving end. Closing or destroying it discards the bytes in the pipe; sends then fail with
// `closed`.
class MemoryReceiver final : public ReceiveStream {
 public:
  explicit MemoryReceiver(detail::PipeRef pipe) : pipe_(std::move(pipe)) {}
  MemoryReceiver(MemoryReceiver&&) = default;
  MemoryReceiver& operator=(MemoryReceiver other) noexcept;
  ~MemoryReceiver() override;

  // O(bytes), amortised.
  Task<std::size_t> receive_into(std::span<std::byte> into) override;
  Readable readable() override;
  // Closes immediately; no checkpoint. O(1).
  Task<> aclose() override;
  // Sets the most bytes that one receive returns, from now on. Panics if `most` is 0.
  void set_max_chunk(std::size_t most);

 private:
  detail::PipeRef pipe_;
};

// One end of a connection.
class MemoryStream final : public ByteStream {
 public:
  MemoryStream(MemorySender sender, MemoryReceiver receiver)
      : sender_(std::move(sender)), receiver_(std::move(receiver)) {}

  WASIO_CORO_WRAPPER Task<std::size_t> receive_into(std::span<std::byte> into) override {
    return receiver_.receive_into(into);
  }
  Readable readable() override { return receiver_.readable(); }
  WASIO_CORO_WRAPPER Task<> send_all(std::span<const std::byte> bytes) override {
    return sender_.send_all(bytes);
  }
  // Never waits.
  WASIO_CORO_WRAPPER Task<> send_eof() override { return sender_.send_eof(); }
  // Closes immediately; no checkpoint. O(1).
  Task<> aclose() override;
  void set_max_chunk(std::size_t most) { receiver_.set_max_chunk(most); }

 private:
  MemorySender sender_;
  MemoryReceiver receiver_;
};

struct MemoryPipeEnds {
  MemorySender sender;
  MemoryReceiver receiver;
};
struct MemoryStreamPair {
  MemoryStream left;
  MemoryStream right;
};

// One direction: `auto [sender, receiver] = memory_pipe();` Panics if an option is 0.
MemoryPipeEnds memory_pipe(MemoryStreamOptions options = {});
// Both directions: `auto [left, right] = memory_stream_pair();` Panics if an option is 0.
MemoryStreamPair memory_stream_pair(MemoryStreamOptions options = {});

WASIO_END
