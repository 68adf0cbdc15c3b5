// Toy streams over drivers of both styles, for tests of the halves: bytes are late, come in pieces,
// and fail when the test says so.
#pragma once

#include <wasio/io/completion_driver.h>
#include <wasio/wasio.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>

namespace toys {

using namespace wasio;

inline constexpr ErrorKind cut{"cut", &errors::failure};

// What connects a toy sender to a toy receiver; it plays the host. A driver that waits leaves a
// callback here. The wire calls it some steps later, from a task of its own.
class Wire : public std::enable_shared_from_this<Wire> {
 public:
  Wire(unsigned seed, std::size_t capacity)
      : capacity_(capacity), random_(seed * 2654435761u + 1) {}

  // From 0 to `limit` - 1.
  unsigned dice(unsigned limit) {
    random_ = random_ * 1664525u + 1013904223u;
    return (random_ >> 16) % limit;
  }

  // The receiver fails once this many bytes have passed.
  std::size_t cut_after = SIZE_MAX;
  std::function<void()> when_readable;
  std::function<void()> when_writable;
  std::function<void()> when_cancelled;
  bool receiver_gone = false;

  bool readable() const { return !bytes_.empty() || ended_ || is_cut(); }
  bool writable() const { return bytes_.size() < capacity_ || receiver_gone; }

  void end() {
    ended_ = true;
    call_soon(&Wire::when_readable);
  }
  void leave_receiver() {
    receiver_gone = true;
    when_readable = when_cancelled = nullptr;
    call_soon(&Wire::when_writable);
  }

  // Takes at least one byte, if there is one.
  TryResult take(std::span<std::byte> into) {
    const std::size_t most = std::min({into.size(), bytes_.size(), cut_after - passed_});
    if (is_cut()) return std::unexpected(Error(cut, "the wire is cut"));
    if (most == 0) return ended_ ? TryResult(0) : std::nullopt;
    const std::size_t count = 1 + dice(static_cast<unsigned>(most));
    std::ranges::copy(as_bytes(bytes_).first(count), into.begin());
    bytes_.erase(0, count);
    passed_ += count;
    call_soon(&Wire::when_writable);
    return count;
  }
  TryResult put(std::span<const std::byte> bytes) {
    if (receiver_gone) return std::unexpected(Error(errors::closed, "toy: no receiver"));
    const std::size_t most = std::min(bytes.size(), capacity_ - bytes_.size());
    if (most == 0) return std::nullopt;
    const std::size_t count = 1 + dice(static_cast<unsigned>(most));
    bytes_.append(reinterpret_cast<const char*>(bytes.data()), count);
    call_soon(&Wire::when_readable);
    return count;
  }

  void call_soon(std::function<void()> Wire::* which) {
    // Without a running task, the runtime is being destroyed with work in it.
    if (!(this->*which) || !detail::current_task_or_null()) return;
    background(call_later(weak_from_this(), which, dice(4)));
  }

 private:
  bool is_cut() const { return passed_ >= cut_after; }
  static Task<> call_later(std::weak_ptr<Wire> weak, std::function<void()> Wire::* which,
                           unsigned steps) {
    for (unsigned i = 0; i < steps; ++i) co_await shield(checkpoint());
    const auto wire = weak.lock();
    const auto callback = wire ? wire.get()->*which : nullptr;
    if (callback) callback();
  }

  std::size_t capacity_;
  unsigned random_;
  std::string bytes_;
  std::size_t passed_ = 0;
  bool ended_ = false;
};

using WireRef = std::shared_ptr<Wire>;

// Readiness: a try may find nothing although there is something.
class ReadinessReceiver final : public ReceiveDriver {
 public:
  explicit ReadinessReceiver(WireRef wire) : wire_(std::move(wire)) {}

  std::string_view name() const override { return "toy"; }
  TryResult try_receive(std::span<std::byte> into) override {
    if (wire_->dice(4) == 0) return std::nullopt;
    return wire_->take(into);
  }
  Error watch(Loop&) override {
    wire_->when_readable = [this] { notify(); };
    if (wire_->readable()) wire_->call_soon(&Wire::when_readable);
    return {};
  }
  void unwatch() override { wire_->when_readable = nullptr; }
  void close() override { wire_->leave_receiver(); }

 private:
  WireRef wire_;
};

class ReadinessSender final : public SendDriver {
 public:
  explicit ReadinessSender(WireRef wire) : wire_(std::move(wire)) {}

  std::string_view name() const override { return "toy"; }
  TryResult try_send(std::span<const std::byte> bytes) override {
    if (wire_->dice(4) == 0) return std::nullopt;
    return wire_->put(bytes);
  }
  TryResult try_flush() override { return wire_->dice(4) == 0 ? std::nullopt : TryResult(0); }
  TryResult try_end() override {
    if (wire_->dice(4) == 0) return std::nullopt;
    wire_->end();
    return 0;
  }
  Error watch(Loop&) override {
    wire_->when_writable = [this] { notify(); };
    if (wire_->writable() || wire_->dice(2) == 0) wire_->call_soon(&Wire::when_writable);
    return {};
  }
  void unwatch() override { wire_->when_writable = nullptr; }
  void close() override { wire_->end(); }

 private:
  WireRef wire_;
};

// Completion: the wire fills the driver's buffer; a cancel may come too late, or be ignored.
class CompletionReceiver final : public CompletionReceiveDriver {
 public:
  explicit CompletionReceiver(WireRef wire)
      : CompletionReceiveDriver(1 + wire->dice(40)), wire_(std::move(wire)) {}

  std::string_view name() const override { return "toy"; }
  void close() override { wire_->leave_receiver(); }

 private:
  void begin_receive(std::span<std::byte> buffer) override {
    buffer_ = buffer;
    wire_->when_readable = [this] { deliver(); };
    if (wire_->readable() && wire_->dice(2) == 0) return deliver();
    if (wire_->readable()) wire_->call_soon(&Wire::when_readable);
  }
  void deliver() {
    TryResult taken = wire_->take(buffer_);
    if (!taken) return;
    wire_->when_readable = wire_->when_cancelled = nullptr;
    completed(std::move(*taken));
  }
  void cancel_receive() override {
    const auto cancelled = [this] {
      wire_->when_readable = wire_->when_cancelled = nullptr;
      receive_cancelled();
    };
    const unsigned mood = wire_->dice(3);
    if (mood == 0) return cancelled();
    if (mood == 1) return;
    wire_->when_cancelled = cancelled;
    wire_->call_soon(&Wire::when_cancelled);
  }

  WireRef wire_;
  std::span<std::byte> buffer_;
};

class CompletionSender final : public CompletionSendDriver {
 public:
  explicit CompletionSender(WireRef wire)
      : CompletionSendDriver(1 + wire->dice(40)), wire_(std::move(wire)) {}

  std::string_view name() const override { return "toy"; }
  TryResult try_end() override {
    close();
    return 0;
  }
  void close() override {
    wire_->when_writable = nullptr;
    wire_->end();
  }

 private:
  void begin_send(std::span<const std::byte> buffer) override {
    buffer_ = buffer;
    wire_->when_writable = [this] { deliver(); };
    wire_->call_soon(&Wire::when_writable);
  }
  void deliver() {
    TryResult put = wire_->put(buffer_);
    if (!put) return;
    wire_->when_writable = nullptr;
    completed(std::move(*put));
  }

  WireRef wire_;
  std::span<const std::byte> buffer_;
};

enum class Style { readiness, completion };

inline std::unique_ptr<ReceiveStream> toy_receiver(WireRef wire, Style style) {
  if (style == Style::readiness)
    return std::make_unique<ReceiveStreamOf<ReadinessReceiver>>(std::in_place, std::move(wire));
  return std::make_unique<ReceiveStreamOf<CompletionReceiver>>(std::in_place, std::move(wire));
}

inline std::unique_ptr<SendHalf> toy_sender(WireRef wire, Style style) {
  if (style == Style::readiness)
    return std::make_unique<SendStreamOf<ReadinessSender>>(std::in_place, std::move(wire));
  return std::make_unique<SendStreamOf<CompletionSender>>(std::in_place, std::move(wire));
}

// One end of two wires.
class ToyStream final : public ByteStream {
 public:
  ToyStream(WireRef out, WireRef in, Style style)
      : sender_(toy_sender(std::move(out), style)), receiver_(toy_receiver(std::move(in), style)) {}

  WASIO_CORO_WRAPPER Task<std::size_t> receive_into(std::span<std::byte> into) override {
    return receiver_->receive_into(into);
  }
  Readable readable() override { return receiver_->readable(); }
  WASIO_CORO_WRAPPER Task<> send_all(std::span<const std::byte> bytes) override {
    return sender_->send_all(bytes);
  }
  WASIO_CORO_WRAPPER Task<> send_eof() override { return sender_->send_eof(); }
  Task<> aclose() override {
    co_await receiver_->aclose();
    co_await sender_->aclose();
  }

 private:
  std::unique_ptr<SendHalf> sender_;
  std::unique_ptr<ReceiveStream> receiver_;
};

} // namespace toys
