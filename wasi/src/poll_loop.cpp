#include "poll_loop.h"

#include <algorithm>
#include <chrono>

WASIO_BEGIN
namespace wasi {
namespace {

using namespace std::chrono_literals;

// While tasks are busy, the host is polled at most this often, and polling takes at most a tenth of
// the time: a look costs as much as many steps, and a millisecond or two on a host that cannot look
// without waiting.
constexpr Duration between_looks = 8ms;
constexpr std::int64_t work_per_look = 10;

} // namespace

bool PollLoop::between_steps() {
  if (handles_.empty()) return false;
  const Instant before = now();
  if (before < next_look_) return false;
  look();
  const Instant after = now();
  const std::int64_t cost = (after - before).nanoseconds();
  next_look_ = after + std::max(between_looks, Duration::nanoseconds(work_per_look * cost));
  return false;
}

} // namespace wasi

namespace detail {

void run_main_on_host(TaskRecord& main, const RunOptions& options) {
  wasi::PollLoop loop;
  run_main(loop, main, options);
}

} // namespace detail
WASIO_END
