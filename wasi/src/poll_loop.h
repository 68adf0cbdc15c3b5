// The loop of a host that blocks in its poll call.
#pragma once

#include "line.h"
#include <wasio/run.h>

WASIO_BEGIN
namespace wasi {

// The one loop of the process: its clock, and every line that waits for the host. A program
// that runs several runtimes shares it between them.
class PollLoop final : public PulledLoop {
 public:
  static PollLoop& instance();

  Instant now() override;
  bool between_steps() override;
  bool wait_until(Instant deadline) override;

  void add(Line& line) { lines_.add(line); }
  void remove(Line& line) { lines_.remove(line); }

 private:
  // Waits until a line was told to proceed or `deadline` has come; it may come back before.
  // With a deadline that has passed it only looks. Defined by each preview. O(lines).
  void poll(Instant deadline);

  detail::List<Line> lines_;
  Instant next_look_ = Instant::at(0);
};

} // namespace wasi
WASIO_END
