// The loop of a host that blocks in its poll call.
#pragma once

#include "io_handle.h"
#include <wasio/run.h>

WASIO_BEGIN
namespace wasi {

class PollLoop final : public PulledLoop, private detail::Poller {
 public:
  Instant now() override;
  // Looks at the handles now and then.
  bool between_steps() override;
  // Waits, and notifies the handles that are ready; may return early. If the deadline has passed,
  // looks without waiting. Defined by each preview. O(handles).
  bool wait_until(Instant deadline) override;
  detail::Poller* poller() override { return this; }

 private:
  // Notifies the handles that are ready now. Defined by each preview.
  void look();

  Alarm alarm_;
  Instant next_look_ = Instant::at(0);
};

} // namespace wasi
WASIO_END
