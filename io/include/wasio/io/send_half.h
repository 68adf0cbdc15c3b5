// The sending contract of stream.h, written once.
#pragma once

#include <wasio/detail/list.h>
#include <wasio/io/driver.h>
#include <wasio/io/stream.h>
#include <wasio/wait.h>

#include <utility>

WASIO_BEGIN

class SendDriver;
class SendHalf;

namespace detail {

// An operation on a sending driver: a send, or the end of the data.
class SendOperation : public Wait, public ListNode<SendOperation> {
 public:
  void await_resume() const noexcept {}

 protected:
  explicit SendOperation(SendDriver& driver) : driver_(&driver) {}
  SendOperation(const SendOperation&) = default;
  ~SendOperation();

  // Makes what progress it can. The operation ends with the result; nothing: it has to wait.
  virtual TryResult proceed() = 0;
  // Why it must not begin; empty if it may.
  virtual Error refusal() const { return {}; }
  // The half that it is closed with.
  virtual const SendHalf* owner() const { return nullptr; }

  SendDriver* driver_;

 private:
  friend SendDriver;
  friend SendHalf;
  void start() final;
  Stop stop() final;
};

// Sends all of `bytes`.
class Send : public SendOperation {
 public:
  Send(SendDriver& driver, std::span<const std::byte> bytes)
      : SendOperation(driver), rest_(bytes) {}

 private:
  std::string_view what() const final { return "send"; }
  TryResult proceed() final;

  std::span<const std::byte> rest_;
};

} // namespace detail

// How one kind of destination is written; see StreamDriver.
class SendDriver : public StreamDriver {
 public:
  // Accepts the front of `bytes`, which are not empty, without waiting. Returns how many: at least
  // one.
  virtual TryResult try_send(std::span<const std::byte> bytes) = 0;

  // Called once all bytes of a send are accepted, even if there were none. The send ends when this
  // returns a result; the number does not matter.
  virtual TryResult try_flush() { return 0; }

  // The data ends here: the other side is to receive what was sent, then the end. Called until it
  // returns a result, and again after a cancel. Must not wait for a peer that receives nothing.
  virtual TryResult try_end() { return 0; }

  // Concurrent sends queue in FIFO order, where those to other streams fail with `busy`.
  virtual bool shared() const { return false; }

 protected:
  // A try may return something now. Enqueues the tasks whose operations end; runs no task. Ignored
  // from inside a try, whose own result counts. O(bytes).
  void notify();

  // Whether a send waits.
  bool sending() const { return !line_.empty(); }

 private:
  friend SendHalf;
  friend detail::SendOperation;

  void leave(detail::SendOperation& operation);

  // Invariant: outside of `notify`, the first operation was tried, had to wait, and is watched for.
  detail::List<detail::SendOperation> line_;
  bool trying_ = false;
};

// A sending stream over a driver; the counterpart of ReceiveHalf (receive_half.h).
//
//     task ── send_all ──> SendHalf ── try_send, try_flush ──> SendDriver ──> host
//              `busy`      closed?       watch, unwatch        notify <────── "ready"
//
// A send is tried piece by piece until all bytes are accepted and flushed. If a try returns
// nothing, the operation enters the driver's line, and `notify` continues it. Only the first one in
// line is tried, so what several tasks send neither mixes nor overtakes. On most drivers a second
// send is refused, and the line has at most one.
//
// Several halves may share a driver: each is an owner that is closed by itself.
class SendHalf : public SendStream {
 public:
  // The driver must outlive the half.
  explicit SendHalf(SendDriver& driver) : driver_(&driver) {}
  SendHalf(const SendHalf&) = delete;
  SendHalf& operator=(const SendHalf&) = delete;
  ~SendHalf() override { close(); }

  Task<> send_all(std::span<const std::byte> bytes) final;
  // For a ByteStream's `send_eof`. A second call waits only if the first was cancelled.
  Task<> send_eof();
  // Ends the data, and waits if the driver has to; then closes.
  Task<> aclose() override;

  // Closes immediately, as the destructor does.
  void close();

 private:
  class OwnedSend;
  class End;

  Error refusal() const;
  Task<> end();
  void refuse_waiting();

  SendDriver* driver_;
  bool closed_ = false;
  bool released_ = false;   // the driver was told
  bool no_more_ = false;    // `send_eof` was called
  bool data_ended_ = false; // the driver has confirmed it
};

// A half together with its driver, which is made from `args`.
template <class Driver>
class SendStreamOf final : private detail::OwnedDriver<Driver>, public SendHalf {
 public:
  template <class... Args>
  explicit SendStreamOf(std::in_place_t, Args&&... args)
      : detail::OwnedDriver<Driver>(std::forward<Args>(args)...), SendHalf(this->owned_) {}

  Driver& driver() { return this->owned_; }
};

WASIO_END
