// Runs every measure and prints one JSON line for each: {"measure": name, "ours": ns, "bare": ns or
// null}. Figures are medians; ours and the bare ones alternate, so that what else the machine does
// hits both alike.
#include "measure.h"

#include <wasio/host.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

namespace bench {

volatile int sink = 0;

namespace {

using Clock = std::chrono::steady_clock;

constexpr int samples = 15;
constexpr auto least_sample = std::chrono::milliseconds(10);

constexpr std::array measures{&await_child, &switch_tasks,     &spawn_join,        &fail_2_frames,
                              &scope,       &timer_set_cancel, &channel_round_trip};

double nanoseconds_each(Clock::duration span, int count) {
  return std::chrono::duration<double, std::nano>(span).count() / count;
}

double median(std::vector<double> figures) {
  std::ranges::sort(figures);
  return figures[figures.size() / 2];
}

wasio::Task<Clock::duration> time_ours(const Measure& measure, int count) {
  const auto start = Clock::now();
  co_await measure.ours(count);
  co_return Clock::now() - start;
}

Clock::duration time_bare(const Measure& measure, int count) {
  const auto start = Clock::now();
  measure.bare(count);
  return Clock::now() - start;
}

// How many operations make a sample long enough for the clock; the engine is warm afterwards.
wasio::Task<int> enough(const Measure& measure) {
  int count = 1000;
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

wasio::Task<int> run_all(wasio::Args) {
  for (const Measure* measure : measures) co_await wasio::print(co_await run(*measure));
  co_return 0;
}

} // namespace
} // namespace bench

WASIO_MAIN(bench::run_all)
