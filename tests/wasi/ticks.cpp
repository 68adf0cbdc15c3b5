// Sleeps that end in another order than they began in; each reports at its end whether it was
// early.
#include <wasio/wasio.h>

#include <chrono>

using namespace wasio;
using namespace std::chrono_literals;

namespace {

Task<> sleeper(Instant start, double milliseconds) {
  const Instant due = start + std::chrono::duration<double, std::milli>(milliseconds);
  co_await sleep_until(due);
  const bool early = now() < due;
  co_await print(join_text(milliseconds, early ? " early" : " not early", "\n"));
}

Task<int> run_ticks(Args) {
  // Late enough that even the last one begins before it.
  co_await task_group([start = now() + Duration(100ms)](TaskGroup& group) {
    for (const double milliseconds : {30., 1.7, 2., 0., 20., 3., 0.3, 10.})
      group.spawn(sleeper(start, milliseconds));
  });
  co_return 0;
}

} // namespace

WASIO_MAIN(run_ticks)
