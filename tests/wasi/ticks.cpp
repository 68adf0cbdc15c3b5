// Sleeps, in other order than they end, say so at the end of each; the argument is how often.
#include <wasio/wasio.h>

#include <charconv>
#include <chrono>
#include <string>

using namespace wasio;
using namespace std::chrono_literals;

namespace {

Task<> sleeper(int milliseconds) {
  const Duration span = std::chrono::milliseconds(milliseconds);
  const Instant due = now() + span;
  co_await sleep(span);
  const bool early = now() < due;
  co_await print(join_text(milliseconds, early ? " early" : " on time", "\n"));
}

Task<int> run_ticks(Args) {
  co_await task_group([](TaskGroup& group) {
    for (const int milliseconds : {30, 2, 20, 3, 10}) group.spawn(sleeper(milliseconds));
  });
  co_return 0;
}

}  // namespace

WASIO_MAIN(run_ticks)
