// Setting and cancelling a deadline around a child that completes immediately, with no other timer
// armed, and with 100,000 armed. Each reads the host's clock once: see `clock_read`.
#include "measure.h"
#include "work.h"
#include <wasio/cancel_scope.h>
#include <wasio/sleep.h>
#include <wasio/task_group.h>

namespace bench {
namespace {

using namespace std::chrono_literals;

constexpr int many = 100'000;

wasio::Task<> set_and_cancel(int count) {
  int value = 0;
  for (int i = 0; i < count; ++i) value = *co_await wasio::move_on_after(1h, child(value));
  sink = value;
}

wasio::Task<> sleep_between(int i) {
  co_await wasio::sleep(1h + 1ms * (i % 977));
}

// Runs all samples among that many armed timers.
wasio::Task<> with_many(wasio::Task<> samples) {
  co_await wasio::task_group([&](wasio::TaskGroup& group) -> wasio::Task<> {
    for (int i = 0; i < many; ++i) group.spawn(sleep_between(i));
    co_await wasio::sleep(1us);
    co_await std::move(samples);
    group.cancel();
  });
}

wasio::Task<> read_clock(int count) {
  std::int64_t sum = 0;
  for (int i = 0; i < count; ++i) sum += wasio::now().nanoseconds() & 1;
  sink = static_cast<int>(sum);
  co_return;
}

} // namespace

const Measure timer_set_cancel{"timer_set_cancel", set_and_cancel, nullptr};
const Measure timer_of_many{"timer_set_cancel_100k", set_and_cancel, nullptr, with_many};
const Measure clock_read{"clock_read", read_clock, nullptr};

} // namespace bench
