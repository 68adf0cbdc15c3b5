#include "poll_loop.h"

#include <chrono>

WASIO_BEGIN
namespace wasi {
namespace {

using namespace std::chrono_literals;

// While tasks are busy the host is asked no more often than this: a poll costs as much as many
// steps, and one millisecond where the host cannot look without waiting.
constexpr Duration between_looks = 8ms;

} // namespace

PollLoop& PollLoop::instance() {
  static PollLoop loop;
  return loop;
}

bool PollLoop::between_steps() {
  if (lines_.empty()) return false;
  const Instant before = now();
  if (before < next_look_) return false;
  poll(before);
  next_look_ = now() + between_looks;
  return false;
}

bool PollLoop::wait_until(Instant deadline) {
  if (lines_.empty() && deadline.is_never()) return false;
  poll(deadline);
  return true;
}

} // namespace wasi

namespace detail {

PulledLoop& host_loop() {
  return wasi::PollLoop::instance();
}

} // namespace detail
WASIO_END
