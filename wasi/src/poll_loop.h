// The loop of a host that blocks in its poll call.
#pragma once

#include "io_queue.h"
#include <wasio/run.h>

WASIO_BEGIN
namespace detail {

// What streams wait with: all queues whose operations wait for the host.
class Poller {
 public:
  void add(wasi::IoQueue& queue) { queues_.add(queue); }
  void remove(wasi::IoQueue& queue) { queues_.remove(queue); }

 protected:
  Poller() = default;
  ~Poller() = default;

  List<wasi::IoQueue> queues_;
};

} // namespace detail

namespace wasi {

class PollLoop final : public PulledLoop, private detail::Poller {
 public:
  Instant now() override;
  bool between_steps() override;
  // Waits, and lets the queues that are ready proceed; may return early. If the deadline has
  // passed, it looks without waiting. Defined by each preview. O(queues).
  bool wait_until(Instant deadline) override;
  detail::Poller* poller() override { return this; }

 private:
  Instant next_look_ = Instant::at(0);
};

} // namespace wasi
WASIO_END
