// Streams in memory: what a test gives to code that wants a stream.
#pragma once

#include <wasio/io/stream.h>

#include <cstddef>
#include <cstdint>
#include <utility>

WASIO_BEGIN

struct MemoryStreamOptions {
  // How many bytes may lie between the two ends, in each direction; at least 1. A send that would
  // make it more waits with the rest, and ends when that fits in.
  std::size_t high_water = 64 << 10;
  // The most that one receive gives, so that a test can cut what was sent as it likes; at least 1.
  std::size_t max_chunk = SIZE_MAX;
};

namespace detail {

class MemoryPipe;

// Owns a share of a pipe.
class PipeRef {
 public:
  explicit PipeRef(MemoryPipe& pipe);
  PipeRef(const PipeRef& other);
  PipeRef(PipeRef&& other) noexcept : pipe_(std::exchange(other.pipe_, nullptr)) {}
  PipeRef& operator=(PipeRef other) noexcept {
    std::swap(pipe_, other.pipe_);
    return *this;
  }
  ~PipeRef();

  explicit operator bool() const { return pipe_ != nullptr; }
  // Panics for an end that was moved from.
  MemoryPipe& operator*() const;
  MemoryPipe* operator->() const { return &**this; }

 private:
  MemoryPipe* pipe_;
};

} // namespace detail

// The end that bytes go in by. Destroying it is the end of data for the receiver, as with a socket
// that is closed.
class MemorySender final : public SendStream {
 public:
  explicit MemorySender(detail::PipeRef pipe) : pipe_(std::move(pipe)) {}
  MemorySender(MemorySender&&) = default;
  MemorySender& operator=(MemorySender other) noexcept;
  ~MemorySender() override;

  // Waits only while the pipe is full up to the high-water mark. What a cancelled send has put into
  // the pipe stays there. O(bytes), amortised.
  Task<> send_all(std::span<const std::byte> bytes) override;
  // Closes at once; no checkpoint. O(1).
  Task<> aclose() override;

 private:
  friend class MemoryStream;
  detail::PipeRef pipe_;
};

// The end that bytes come out by. Once it is destroyed or closed, what is in the pipe is dropped,
// and sends fail.
class MemoryReceiver final : public ReceiveStream {
 public:
  explicit MemoryReceiver(detail::PipeRef pipe) : pipe_(std::move(pipe)) {}
  MemoryReceiver(MemoryReceiver&&) = default;
  MemoryReceiver& operator=(MemoryReceiver other) noexcept;
  ~MemoryReceiver() override;

  // O(bytes), amortised.
  Task<std::size_t> receive_into(std::span<std::byte> into) override;
  // Closes at once; no checkpoint. O(1).
  Task<> aclose() override;
  // Sets the most that one receive gives from now on.
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
  WASIO_CORO_WRAPPER Task<> send_all(std::span<const std::byte> bytes) override {
    return sender_.send_all(bytes);
  }
  // Never waits.
  Task<> send_eof() override;
  // Closes at once; no checkpoint. O(1).
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

// One way: `auto [sender, receiver] = memory_pipe();`
MemoryPipeEnds memory_pipe(MemoryStreamOptions options = {});
// Both ways: `auto [left, right] = memory_stream_pair();`
MemoryStreamPair memory_stream_pair(MemoryStreamOptions options = {});

WASIO_END
