#include <wasio/fail.h>
#include <wasio/io/testing/memory_stream.h>
#include <wasio/wait.h>

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

// One direction of a connection. It lives as long as one of its ends, or an operation on them.
//
//   sender -- send_all --> [ buffer, at most high_water bytes ] -- receive_into --> receiver
//
// Invariant: a receive waits only while the buffer is empty and no send waits; a send waits only
// while the buffer is full up to the high-water mark. So at most one side waits at a time.
class MemoryPipe : public Counted<MemoryPipe> {
 public:
  class Receive;
  class Send;

  explicit MemoryPipe(const MemoryStreamOptions& options) : options_(options) {
    if (options.high_water == 0) panic("memory stream: high_water is 0; it must be at least 1");
    set_most(options.max_chunk);
  }
  MemoryPipe(const MemoryPipe&) = delete;
  MemoryPipe& operator=(const MemoryPipe&) = delete;

  void no_references() { delete this; }
  void set_most(std::size_t most) {
    if (most == 0) panic("memory stream: max_chunk is 0; it must be at least 1");
    options_.max_chunk = most;
  }

  bool sends() const { return sending_ != nullptr; }
  bool sender_closed() const { return sender_closed_; }
  // Ends the data: nothing more will be sent.
  void end();
  void close_sender() {
    sender_closed_ = true;
    end();
  }
  void close_receiver();

 private:
  ~MemoryPipe() = default;

  std::size_t buffered() const { return buffer_.size() - taken_; }
  std::size_t take(std::span<std::byte> into);
  void put(std::span<const std::byte>& bytes);
  void refill();

  MemoryStreamOptions options_;
  bool ended_ = false;         // nothing more will be sent
  bool sender_closed_ = false; // by `aclose`, or by its destructor
  bool receiver_closed_ = false;
  std::vector<std::byte> buffer_; // the bytes before `taken_` were received
  std::size_t taken_ = 0;
  Receive* receiving_ = nullptr;
  Send* sending_ = nullptr;
};

class MemoryPipe::Receive final : public Wait {
 public:
  Receive(MemoryPipe& pipe, std::span<std::byte> into) : pipe_(pipe), into_(into) {}
  ~Receive() {
    if (pending()) pipe_->receiving_ = nullptr;
  }
  std::size_t await_resume() const noexcept { return count_; }

  // Completes with the available bytes, or with the end of data.
  void finish() {
    pipe_->receiving_ = nullptr;
    count_ = pipe_->take(into_);
    complete();
  }
  void refuse(Error error) {
    pipe_->receiving_ = nullptr;
    fail(std::move(error));
  }
  // `room` and `fill` pass bytes from a send directly to this receive, bypassing the buffer.
  std::size_t room() const { return std::min(into_.size(), pipe_->options_.max_chunk); }
  void fill(std::span<const std::byte> bytes) {
    pipe_->receiving_ = nullptr;
    std::ranges::copy(bytes, into_.begin());
    count_ = bytes.size();
    complete();
  }

 private:
  std::string_view what() const override { return "receive"; }
  void start() override {
    if (into_.empty()) return fail(no_room());
    if (pipe_->receiver_closed_) return fail(is_closed(name_of_pipe));
    if (pipe_->receiving_) return fail(receives_already(name_of_pipe));
    count_ = pipe_->take(into_);
    if (count_ > 0 || pipe_->ended_) return complete();
    pipe_->receiving_ = this;
  }
  Stop stop() override {
    pipe_->receiving_ = nullptr;
    return Stop::stopped;
  }

  PipeRef pipe_;
  std::span<std::byte> into_;
  std::size_t count_ = 0;
};

class MemoryPipe::Send final : public Wait {
 public:
  Send(MemoryPipe& pipe, std::span<const std::byte> bytes) : pipe_(pipe), rest_(bytes) {}
  ~Send() {
    if (pending()) pipe_->sending_ = nullptr;
  }
  void await_resume() const noexcept {}

  std::span<const std::byte>& rest() { return rest_; }
  void finish() {
    pipe_->sending_ = nullptr;
    complete();
  }
  void refuse(Error error) {
    pipe_->sending_ = nullptr;
    fail(std::move(error));
  }

 private:
  std::string_view what() const override { return "send"; }
  void start() override {
    if (pipe_->ended_) return fail(is_closed(name_of_pipe));
    if (pipe_->sending_) return fail(sends_already(name_of_pipe));
    if (pipe_->receiver_closed_) return fail(nobody_receives());
    pipe_->put(rest_);
    if (rest_.empty()) return complete();
    pipe_->sending_ = this;
  }
  Stop stop() override {
    pipe_->sending_ = nullptr;
    return Stop::stopped;
  }

  PipeRef pipe_;
  std::span<const std::byte> rest_;
};

void MemoryPipe::end() {
  ended_ = true;
  if (sending_) sending_->refuse(is_closed(name_of_pipe));
  if (receiving_) receiving_->finish();
}

void MemoryPipe::close_receiver() {
  receiver_closed_ = true;
  std::vector<std::byte>().swap(buffer_);
  taken_ = 0;
  if (receiving_) receiving_->refuse(is_closed(name_of_pipe));
  if (sending_) sending_->refuse(nobody_receives());
}

// Copies out the buffered bytes, then those of a waiting send; 0 if there are none.
std::size_t MemoryPipe::take(std::span<std::byte> into) {
  into = into.first(std::min(into.size(), options_.max_chunk));
  std::size_t count = std::min(into.size(), buffered());
  std::copy_n(buffer_.begin() + static_cast<std::ptrdiff_t>(taken_), count, into.begin());
  taken_ += count;
  if (taken_ == buffer_.size()) {
    buffer_.clear();
    taken_ = 0;
  }
  if (!sending_) return count;
  auto& rest = sending_->rest();
  const std::size_t more = std::min(into.size() - count, rest.size());
  std::copy_n(rest.begin(), more, into.begin() + static_cast<std::ptrdiff_t>(count));
  rest = rest.subspan(more);
  refill();
  return count + more;
}

void MemoryPipe::refill() {
  put(sending_->rest());
  if (sending_->rest().empty()) sending_->finish();
}

// Consumes the front of `bytes`: what a waiting receive takes, then what fits below the high-water
// mark.
void MemoryPipe::put(std::span<const std::byte>& bytes) {
  if (receiving_ && !bytes.empty()) {
    const std::size_t count = std::min(receiving_->room(), bytes.size());
    receiving_->fill(bytes.first(count));
    bytes = bytes.subspan(count);
  }
  const std::size_t count = std::min(bytes.size(), options_.high_water - buffered());
  if (count == 0) return;
  // Moves at most as many bytes as it frees: O(1) amortised for each byte that passes.
  if (taken_ >= buffered()) {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(taken_));
    taken_ = 0;
  }
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
  bytes = bytes.subspan(count);
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
  if (pipe_) pipe_->close_sender();
}
Task<> MemorySender::send_all(std::span<const std::byte> bytes) {
  co_await detail::MemoryPipe::Send(detail::pipe_of(pipe_), bytes);
}
Task<> MemorySender::aclose() {
  detail::pipe_of(pipe_).close_sender();
  co_return;
}

MemoryReceiver& MemoryReceiver::operator=(MemoryReceiver other) noexcept {
  std::swap(pipe_, other.pipe_);
  return *this;
}
MemoryReceiver::~MemoryReceiver() {
  if (pipe_) pipe_->close_receiver();
}
Task<std::size_t> MemoryReceiver::receive_into(std::span<std::byte> into) {
  co_return co_await detail::MemoryPipe::Receive(detail::pipe_of(pipe_), into);
}
Task<> MemoryReceiver::aclose() {
  detail::pipe_of(pipe_).close_receiver();
  co_return;
}
void MemoryReceiver::set_max_chunk(std::size_t most) {
  detail::pipe_of(pipe_).set_most(most);
}

Task<> MemoryStream::send_eof() {
  auto& pipe = detail::pipe_of(sender_.pipe_);
  if (pipe.sender_closed()) co_await fail(detail::is_closed(detail::name_of_pipe));
  if (pipe.sends()) co_await fail(detail::sends_already(detail::name_of_pipe));
  pipe.end();
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
