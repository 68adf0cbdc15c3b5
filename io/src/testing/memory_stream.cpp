#include <wasio/io/receive_half.h>
#include <wasio/io/send_half.h>
#include <wasio/io/testing/memory_stream.h>

#include <algorithm>
#include <utility>
#include <vector>

WASIO_BEGIN
namespace detail {
namespace {

constexpr std::string_view name_of_pipe = "memory stream";

Error nobody_receives() {
  return Error(errors::closed, join_text(name_of_pipe, ": the receiver is closed"));
}

} // namespace

// One direction of a connection. It lives as long as one of its ends.
//
//   sender -- try_send --> [ buffer, at most high_water bytes ] -- try_receive --> receiver
//
// Invariant: a receive waits only while the buffer is empty and no send waits; a send waits only
// while the buffer is full up to the high-water mark. So at most one side waits at a time.
class MemoryPipe : public Counted<MemoryPipe> {
  class Receiving final : public ReceiveDriver {
   public:
    explicit Receiving(MemoryPipe& pipe) : pipe_(pipe) {}
    using ReceiveDriver::notify;
    using ReceiveDriver::wanted;

    std::string_view name() const override { return name_of_pipe; }
    // Each piece that is taken makes room for more of a waiting send.
    TryResult try_receive(std::span<std::byte> into) override {
      into = into.first(std::min(into.size(), pipe_.options_.max_chunk));
      std::size_t count = 0;
      while (const std::size_t taken = pipe_.take(into.subspan(count))) {
        count += taken;
        pipe_.sending_.notify();
      }
      if (count == 0 && !pipe_.ended_) return std::nullopt;
      return count;
    }
    std::optional<bool> can_receive() const override {
      return pipe_.ended_ || pipe_.buffered() > 0;
    }
    Error watch(Loop&) override { return {}; }
    void close() override { pipe_.close_receiver(); }

   private:
    MemoryPipe& pipe_;
  };

  class Sending final : public SendDriver {
   public:
    explicit Sending(MemoryPipe& pipe) : pipe_(pipe) {}
    using SendDriver::notify;

    std::string_view name() const override { return name_of_pipe; }
    TryResult try_send(std::span<const std::byte> bytes) override {
      if (pipe_.receiver_closed_) return std::unexpected(nobody_receives());
      const std::size_t count = std::min(bytes.size(), pipe_.room());
      if (count == 0) return std::nullopt;
      pipe_.put(bytes.first(count));
      pipe_.receiving_.notify();
      return count;
    }
    TryResult try_flush() override {
      if (pipe_.receiver_closed_) return std::unexpected(nobody_receives());
      return 0;
    }
    TryResult try_end() override {
      pipe_.end();
      return 0;
    }
    Error watch(Loop&) override { return {}; }
    void close() override { pipe_.end(); }

   private:
    MemoryPipe& pipe_;
  };

 public:
  explicit MemoryPipe(const MemoryStreamOptions& options) : options_(options) {
    if (options.high_water == 0) panic("memory stream: high_water is 0; it must be at least 1");
    set_max_chunk(options.max_chunk);
  }
  MemoryPipe(const MemoryPipe&) = delete;
  MemoryPipe& operator=(const MemoryPipe&) = delete;

  void no_references() { delete this; }
  void set_max_chunk(std::size_t most) {
    if (most == 0) panic("memory stream: max_chunk is 0; it must be at least 1");
    options_.max_chunk = most;
  }
  SendHalf& sender() { return sender_; }
  ReceiveHalf& receiver() { return receiver_; }

 private:
  ~MemoryPipe() = default;

  std::size_t buffered() const { return buffer_.size() - taken_; }
  // What a waiting receive takes passes through the buffer without filling it.
  std::size_t room() const {
    return options_.high_water - buffered() + std::min(receiving_.wanted(), options_.max_chunk);
  }
  std::size_t take(std::span<std::byte> into);
  void put(std::span<const std::byte> bytes);
  void end();
  void close_receiver();

  MemoryStreamOptions options_;
  bool ended_ = false; // nothing more will be sent
  bool receiver_closed_ = false;
  std::vector<std::byte> buffer_; // the bytes before `taken_` were received
  std::size_t taken_ = 0;
  Receiving receiving_{*this};
  Sending sending_{*this};
  ReceiveHalf receiver_{receiving_};
  SendHalf sender_{sending_};
};

std::size_t MemoryPipe::take(std::span<std::byte> into) {
  const std::size_t count = std::min(into.size(), buffered());
  std::copy_n(buffer_.begin() + static_cast<std::ptrdiff_t>(taken_), count, into.begin());
  taken_ += count;
  if (taken_ == buffer_.size()) {
    buffer_.clear();
    taken_ = 0;
  }
  return count;
}

void MemoryPipe::put(std::span<const std::byte> bytes) {
  // Moves at most as many bytes as it frees: O(1) amortised for each byte that passes.
  if (taken_ >= buffered()) {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(taken_));
    taken_ = 0;
  }
  buffer_.append_range(bytes);
}

void MemoryPipe::end() {
  ended_ = true;
  receiving_.notify();
}

void MemoryPipe::close_receiver() {
  receiver_closed_ = true;
  std::vector<std::byte>().swap(buffer_);
  taken_ = 0;
  sending_.notify();
}

void hold(MemoryPipe& pipe) noexcept {
  pipe.hold();
}
void drop(MemoryPipe& pipe) noexcept {
  pipe.drop();
}

namespace {

// The pipe of an end. Panics if the end was moved from.
MemoryPipe& pipe_of(const PipeRef& end) {
  if (!end) panic("this end of the memory stream was moved from");
  return *end;
}

} // namespace
} // namespace detail

MemorySender& MemorySender::operator=(MemorySender other) noexcept {
  std::swap(pipe_, other.pipe_);
  return *this;
}
MemorySender::~MemorySender() {
  if (pipe_) pipe_->sender().close();
}
WASIO_CORO_WRAPPER Task<> MemorySender::send_all(std::span<const std::byte> bytes) {
  return detail::pipe_of(pipe_).sender().send_all(bytes);
}
WASIO_CORO_WRAPPER Task<> MemorySender::send_eof() {
  return detail::pipe_of(pipe_).sender().send_eof();
}
WASIO_CORO_WRAPPER Task<> MemorySender::aclose() {
  return detail::pipe_of(pipe_).sender().aclose();
}

MemoryReceiver& MemoryReceiver::operator=(MemoryReceiver other) noexcept {
  std::swap(pipe_, other.pipe_);
  return *this;
}
MemoryReceiver::~MemoryReceiver() {
  if (pipe_) pipe_->receiver().close();
}
WASIO_CORO_WRAPPER Task<std::size_t> MemoryReceiver::receive_into(std::span<std::byte> into) {
  return detail::pipe_of(pipe_).receiver().receive_into(into);
}
Readable MemoryReceiver::readable() {
  return detail::pipe_of(pipe_).receiver().readable();
}
WASIO_CORO_WRAPPER Task<> MemoryReceiver::aclose() {
  return detail::pipe_of(pipe_).receiver().aclose();
}
void MemoryReceiver::set_max_chunk(std::size_t most) {
  detail::pipe_of(pipe_).set_max_chunk(most);
}

Task<> MemoryStream::aclose() {
  co_await sender_.aclose();
  co_await receiver_.aclose();
}

// The analyzer does not see that the last PipeRef deletes the pipe.
// NOLINTBEGIN(clang-analyzer-cplusplus.NewDeleteLeaks)
MemoryPipeEnds memory_pipe(MemoryStreamOptions options) {
  const auto pipe = detail::PipeRef::take_over(new detail::MemoryPipe(options));
  return {MemorySender(pipe), MemoryReceiver(pipe)};
}

MemoryStreamPair memory_stream_pair(MemoryStreamOptions options) {
  auto there = memory_pipe(options);
  auto back = memory_pipe(options);
  return {MemoryStream(std::move(there.sender), std::move(back.receiver)),
          MemoryStream(std::move(back.sender), std::move(there.receiver))};
}
// NOLINTEND(clang-analyzer-cplusplus.NewDeleteLeaks)

WASIO_END
