// Drivers for hosts that complete operations in a buffer, such as a completion queue.
#pragma once

#include <wasio/io/receive_half.h>
#include <wasio/io/send_half.h>

#include <memory>

WASIO_BEGIN

// A source whose host fills a buffer and reports when it has. The buffer belongs to the host from
// `begin_receive` until it reports, whatever becomes of the task; so it is the driver's, not the
// caller's:
//
//     idle ── begin_receive ──> in flight ── completed ──> filled ── emptied by receives ──> idle
//       ^                           |
//       └──── receive_cancelled ────┘
//
// A cancelled receive leaves its operation in flight: bytes that still arrive fill the buffer, and
// the next receive takes them from there.
class CompletionReceiveDriver : public ReceiveDriver {
 public:
  explicit CompletionReceiveDriver(std::size_t buffer_size = 64 << 10) : size_(buffer_size) {}

  TryResult try_receive(std::span<std::byte> into) final;
  Error watch(Loop&) override { return {}; }
  void unwatch() override;

 protected:
  // Starts an operation. Its end is reported by one of the two functions below; `completed` may be
  // called from inside this call.
  virtual void begin_receive(std::span<std::byte> buffer) = 0;
  // No task waits for the operation any more. It may be cancelled or left to run; either way its
  // end must be reported, which is allowed inside this call.
  virtual void cancel_receive() {}

  // The operation has filled the front of the buffer; 0 is the end.
  void completed(Result<std::size_t> result);
  // The operation has ended without effect.
  void receive_cancelled();

  bool in_flight() const { return in_flight_; }
  // For `close`, if the host may still write to the buffer: the caller must keep it until then.
  std::unique_ptr<std::byte[]> take_buffer() { return std::move(buffer_); }

 private:
  std::size_t size_;
  std::unique_ptr<std::byte[]> buffer_; // made by the first receive
  std::span<std::byte> filled_;         // not yet received
  TryResult result_;                    // an error or the end, which was not taken yet
  bool in_flight_ = false;
};

// A destination whose host writes a buffer and reports when it has. A send is complete when all of
// its bytes are written. After a cancel, the host continues with what it was given; `try_end` and
// `close` may drop that, because they must not wait for a peer that receives nothing.
class CompletionSendDriver : public SendDriver {
 public:
  explicit CompletionSendDriver(std::size_t buffer_size = 64 << 10) : size_(buffer_size) {}

  TryResult try_send(std::span<const std::byte> bytes) final;
  TryResult try_flush() final;
  Error watch(Loop&) override { return {}; }

 protected:
  // Starts an operation, whose end is reported by `completed`, also from inside this call.
  virtual void begin_send(std::span<const std::byte> buffer) = 0;
  // The operation has written the front of the buffer, at least one byte; the rest is begun anew.
  void completed(Result<std::size_t> result);

  bool in_flight() const { return !writing_.empty(); }
  // As in CompletionReceiveDriver.
  std::unique_ptr<std::byte[]> take_buffer() { return std::move(buffer_); }

 private:
  std::size_t size_;
  std::unique_ptr<std::byte[]> buffer_;
  std::span<std::byte> writing_; // what the host has
  Error error_;                  // of the last operation; the next try fails with it
};

WASIO_END
