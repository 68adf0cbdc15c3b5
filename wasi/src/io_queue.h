// Operations on a host stream that may have to wait: each is tried, and tried again whenever the
// host reports that it may make progress.
#pragma once

#include "interest.h"
#include <wasio/detail/list.h>
#include <wasio/error.h>
#include <wasio/loop.h>
#include <wasio/wait.h>

#include <cstddef>
#include <optional>

WASIO_BEGIN
namespace wasi {

class ReadyWait;

// One end of a stream, and a FIFO of the operations on it. Only the first is tried, so that what
// several tasks print neither mixes nor overtakes.
class IoQueue : public detail::ListNode<IoQueue> {
 public:
  IoQueue(const IoQueue&) = delete;
  IoQueue& operator=(const IoQueue&) = delete;

  // What the host is polled for while operations wait here.
  virtual Interest interest() const = 0;

  // The host has reported the stream ready, or cannot tell: tries the first operation. Returns
  // whether that ended it. Runs no user code. O(1).
  bool proceed();

  bool empty() const { return waits_.empty(); }

 protected:
  IoQueue() = default;
  ~IoQueue() = default;

 private:
  friend ReadyWait;
  void join(ReadyWait& wait, detail::Poller& poller);
  void leave(ReadyWait& wait);

  // Invariant: while operations wait here, the queue is in the list of this poller.
  detail::Poller* poller_ = nullptr;
  detail::List<ReadyWait> waits_;
};

// The result of a try: a number of bytes, an error, or nothing if it would have had to wait.
using TryResult = std::optional<Result<std::size_t>>;

// One operation. It ends with the try that returns a result: a task that is cancelled before that
// has taken nothing from the stream, and one that is cancelled later still receives the value.
class ReadyWait : public Wait, public detail::ListNode<ReadyWait> {
 protected:
  explicit ReadyWait(IoQueue& queue) : queue_(&queue) {}
  ReadyWait(const ReadyWait& other) = default;
  ~ReadyWait();

  // Makes what progress it can without waiting. `told`: the host has just reported it ready.
  virtual TryResult attempt(bool told) = 0;

  // Called when it begins: why it must fail instead of waiting; empty if it may wait.
  virtual Error refusal() const { return {}; }
  // Fails the operation if it is waiting.
  void give_up(Error error);
  // Whether another operation is waiting.
  bool must_queue() const { return !queue_->empty(); }

  std::size_t count_ = 0; // the result of the last try

 private:
  friend IoQueue;
  void start() final;
  Stop stop() final;
  void end_with(Result<std::size_t>&& result);

  IoQueue* queue_;
};

} // namespace wasi
WASIO_END
