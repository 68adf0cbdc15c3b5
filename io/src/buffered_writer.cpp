#include <wasio/fail.h>
#include <wasio/guard.h>
#include <wasio/io/buffered_writer.h>

#include <algorithm>
#include <utility>

WASIO_BEGIN

BufferedWriter::BufferedWriter(SendStream& stream, BufferedWriterOptions options)
    : stream_(&stream), capacity_(options.buffer_size) {}

// A send in progress. Unless `done` is called, its end breaks the writer.
class BufferedWriter::Sending {
 public:
  explicit Sending(BufferedWriter& writer) : writer_(&writer) { writer.sending_ = true; }
  Sending(const Sending&) = delete;
  Sending& operator=(const Sending&) = delete;
  ~Sending() {
    writer_->sending_ = false;
    if (!done_) writer_->buffer_.clear();
    if (!done_) writer_->broken_ = true;
  }
  void done() { done_ = true; }

 private:
  BufferedWriter* writer_;
  bool done_ = false;
};

// Why a call must not begin now; empty if it may.
Error BufferedWriter::refusal() const {
  if (closed_) return detail::is_closed("writer");
  if (sending_) return detail::sends_already("writer");
  if (broken_)
    return Error(errors::broken,
                 "writer: an interrupted send may have sent a part; only aclose() is allowed");
  return {};
}

Task<> BufferedWriter::send(std::span<const std::byte> bytes) {
  Sending sending(*this);
  co_await stream_->send_all(bytes);
  sending.done();
}

Task<> BufferedWriter::send_buffer() {
  if (buffer_.empty()) co_return;
  co_await send(buffer_);
  buffer_.clear();
}

Task<> BufferedWriter::write(std::span<const std::byte> bytes) {
  if (Error refused = refusal()) co_await fail(std::move(refused));
  const std::size_t room = capacity_ - std::min(capacity_, buffer_.size());
  if (bytes.size() >= room) {
    // Fill the buffer first, so that the stream gets whole buffers; a rest of at least a buffer's
    // size bypasses it.
    if (!buffer_.empty()) {
      buffer_.append_range(bytes.first(room));
      bytes = bytes.subspan(room);
      co_await send_buffer();
    }
    if (bytes.size() >= capacity_ && !bytes.empty()) {
      co_await send(bytes);
      bytes = {};
    }
  }
  if (buffer_.capacity() < capacity_) buffer_.reserve(capacity_);
  buffer_.append_range(bytes);
}

Task<> BufferedWriter::flush() {
  if (Error refused = refusal()) co_await fail(std::move(refused));
  co_await send_buffer();
}

Task<> BufferedWriter::aclose() {
  if (std::exchange(closed_, true)) co_return;
  const bool may_send = !broken_ && !sending_;
  co_await guard(
      [&]() -> Task<> {
        if (may_send) co_await send_buffer();
      },
      detail::AcloseOf<SendStream>(*stream_));
}

WASIO_END
