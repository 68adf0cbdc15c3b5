// Runs every measure, or those that its arguments name, and prints one JSON line for each:
// {"measure": name, "ours": ns, "bare": ns or null}. Figures are medians; ours and the bare ones
// alternate, so that what else the machine does hits both alike.
#include "measure.h"
#include <wasio/host.h>
#include <wasio/sleep.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

namespace bench {

volatile int sink = 0;

namespace {

using Clock = std::chrono::steady_clock;

// Many short samples: most of them then see none of what else the machine does.
constexpr int samples = 201;
constexpr auto least_sample = std::chrono::microseconds(500);
constexpr auto warm_up = std::chrono::milliseconds(50);

constexpr std::array measures{&await_child, &switch_tasks,     &spawn_join,        &fail_2_frames,
                              &scope,       &timer_set_cancel, &channel_round_trip};

double nanoseconds_each(Clock::duration span, int count) {
  return std::chrono::duration<double, std::nano>(span).count() / count;
}

double median(std::vector<double> figures) {
  std::ranges::sort(figures);
  return figures[figures.size() / 2];
}

// The sleep lets the runtime's loop return to the host, as it does in any program that waits: an
// engine puts optimized code in place only where a function is called anew.
wasio::Task<Clock::duration> time_ours(const Measure& measure, int count) {
  co_await wasio::sleep(std::chrono::microseconds(1));
  const auto start = Clock::now();
  co_await measure.ours(count);
  co_return Clock::now() - start;
}

Clock::duration time_bare(const Measure& measure, int count) {
  const auto start = Clock::now();
  measure.bare(count);
  return Clock::now() - start;
}

// How many operations make a sample long enough for the clock, once the engine is warm.
wasio::Task<int> enough(const Measure& measure) {
  const auto start = Clock::now();
  int count = 100;
  while (Clock::now() - start < warm_up) co_await time_ours(measure, count);
  while (co_await time_ours(measure, count) < least_sample) count *= 2;
  co_return count;
}

wasio::Task<std::string> run(const Measure& measure) {
  const int count = co_await enough(measure);
  std::vector<double> ours;
  std::vector<double> bare;
  for (int i = 0; i < samples; ++i) {
    ours.push_back(nanoseconds_each(co_await time_ours(measure, count), count));
    if (measure.bare) bare.push_back(nanoseconds_each(time_bare(measure, count), count));
  }
  const std::string scale = bare.empty() ? "null" : wasio::join_text(median(bare));
  co_return wasio::join_text(R"({"measure":")", measure.name, R"(","ours":)", median(ours),
                             R"(,"bare":)", scale, "}\n");
}

wasio::Task<int> run_all(wasio::Args names) {
  for (const Measure* measure : measures)
    if (names.empty() || std::ranges::find(names, measure->name) != names.end())
      co_await wasio::print(co_await run(*measure));
  co_return 0;
}

} // namespace
} // namespace bench

WASIO_MAIN(bench::run_all)
