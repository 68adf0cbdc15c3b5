// Operations on a stream of the host that may have to wait: each is tried, and tried again whenever
// the host reports that it may make progress.
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

  // What the host is asked about while operations wait here.
  virtual Interest interest() const = 0;

  // The host reported it ready, or cannot tell: the first operation is tried. Returns whether that
  // ended it. Runs no user code. O(1).
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

// What a try came to: a number of bytes, an error, or nothing, because it would have had to wait.
using TryResult = std::optional<Result<std::size_t>>;

// One operation. It ends when a try does: a task that is cancelled before has taken nothing from
// the stream, and after it has its value.
class ReadyWait : public Wait, public detail::ListNode<ReadyWait> {
 protected:
  explicit ReadyWait(IoQueue& queue) : queue_(&queue) {}
  ReadyWait(const ReadyWait& other) = default;
  ~ReadyWait();

  // Makes what progress it can without waiting. `told`: the host has just reported the queue ready.
  virtual TryResult attempt(bool told) = 0;

  // Called as it begins: why it must fail instead of waiting; empty if it may wait.
  virtual Error refusal() const { return {}; }
  // Ends it with an error if it waits.
  void give_up(Error error);
  // Whether another operation waits.
  bool must_queue() const { return !queue_->empty(); }

  std::size_t count_ = 0; // what the last try came to

 private:
  friend IoQueue;
  void start() final;
  Stop stop() final;
  void end_with(Result<std::size_t>&& result);

  IoQueue* queue_;
};

} // namespace wasi
WASIO_END
