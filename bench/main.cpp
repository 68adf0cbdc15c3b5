// Runs every measure, or those that its arguments name, and prints one JSON line for each:
// {"measure": name, "ours": ns, "bare": ns or null}, or {"measure": name, "bytes": n}. Times are
// medians; ours and the bare ones alternate, so that what else the machine does hits both alike.
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

// Many short samples: most of them then see none of what else the machine does.
constexpr int samples = 201;
constexpr auto least_sample = std::chrono::microseconds(500);
constexpr auto warm_up = std::chrono::milliseconds(50);

constexpr std::array measures{
    &await_child,        &switch_tasks,  &switch_watched, &spawn_join,       &fail_2_frames,
    &succeed_2_frames,   &scope,         &clock_read,     &timer_set_cancel, &timer_of_many,
    &channel_round_trip, &context_read,  &context_copy,   &context_set,      &generator_next,
    &mutex_lock,         &buffered_lines};

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

struct Figures {
  std::vector<double> ours;
  std::vector<double> bare;
};

wasio::Task<> take_samples(const Measure& measure, Figures& figures) {
  const int count = co_await enough(measure);
  for (int i = 0; i < samples; ++i) {
    figures.ours.push_back(nanoseconds_each(co_await time_ours(measure, count), count));
    if (measure.bare) figures.bare.push_back(nanoseconds_each(time_bare(measure, count), count));
  }
}

wasio::Task<std::string> run(const Measure& measure) {
  Figures figures;
  if (measure.around) {
    co_await measure.around(take_samples(measure, figures));
  } else {
    co_await take_samples(measure, figures);
  }
  const std::string scale =
      figures.bare.empty() ? "null" : wasio::join_text(median(std::move(figures.bare)));
  co_return wasio::join_text(R"({"measure":")", measure.name, R"(","ours":)",
                             median(std::move(figures.ours)), R"(,"bare":)", scale, "}\n");
}

// The scale of many is few.
wasio::Task<std::string> run_switch_many() {
  constexpr int few = 1'000;
  constexpr int many = 1'000'000;
  co_await nanoseconds_per_switch(few, many / few);
  const double of_few = co_await nanoseconds_per_switch(few, many / few);
  const double of_many = co_await nanoseconds_per_switch(many, 3);
  co_return wasio::join_text(R"({"measure":"switch_of_1k","ours":)", of_few, R"(,"bare":null})",
                             "\n", R"({"measure":"switch_of_1m","ours":)", of_many, R"(,"bare":)",
                             of_few, "}\n");
}

wasio::Task<std::string> run_memory() {
  const Memory bytes = co_await memory();
  co_return wasio::join_text(R"({"measure":"sleeping_task","bytes":)", bytes.sleeping_task, "}\n",
                             R"({"measure":"deeper_call","bytes":)", bytes.deeper_call, "}\n");
}

wasio::Task<int> run_all(wasio::Args names) {
  const auto wanted = [&](std::string_view name) {
    return names.empty() || std::ranges::find(names, name) != names.end();
  };
  // First: it looks at how the heap grows, which it does not when others have left room.
  if (wanted("sleeping_task")) co_await wasio::print(co_await run_memory());
  for (const Measure* measure : measures)
    if (wanted(measure->name)) co_await wasio::print(co_await run(*measure));
  if (wanted("switch_of_1m")) co_await wasio::print(co_await run_switch_many());
  co_return 0;
}

} // namespace
} // namespace bench

WASIO_MAIN(bench::run_all)
