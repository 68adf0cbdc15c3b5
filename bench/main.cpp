// Runs every measure, or those that its arguments name, and prints one JSON line for each:
// {"measure": name, "ours": ns, "bare": ns or null}, or {"measure": name, "bytes": n}.
//
// Samples of wasio and of the bare version alternate, so that other load on the machine affects
// both alike. A time is the median within a round, and the best over the rounds, which all measures
// take in turn: other load tends to last for seconds.
#include "measure.h"
#include <wasio/io/standard_streams.h>
#include <wasio/main.h>
#include <wasio/sleep.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <vector>

namespace bench {

volatile int sink = 0;

namespace {

// Many short samples: most of them then see none of the machine's other load.
constexpr int rounds = 5;
constexpr int samples_in_round = 51;
constexpr auto least_sample = std::chrono::microseconds(500);
constexpr auto warm_up = std::chrono::milliseconds(50);

constexpr std::array measures{
    &await_child,        &switch_tasks,   &switch_watched, &spawn_join,       &fail_2_frames,
    &succeed_2_frames,   &scope,          &clock_read,     &timer_set_cancel, &timer_of_many,
    &channel_round_trip, &context_read,   &context_copy,   &context_set,      &generator_next,
    &mutex_lock,         &buffered_lines, &receive_ready};

double nanoseconds_each(Clock::duration span, int count) {
  return std::chrono::duration<double, std::nano>(span).count() / count;
}

double median(std::vector<double> figures) {
  std::ranges::sort(figures);
  return figures[figures.size() / 2];
}

// The sleep lets the runtime's loop return to the host, as in any program that waits: an engine
// switches to optimized code only when a function is called again.
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

// Warms the engine up, and returns how many operations make a sample long enough for the clock.
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
  for (int i = 0; i < samples_in_round; ++i) {
    figures.ours.push_back(nanoseconds_each(co_await time_ours(measure, count), count));
    if (measure.bare) figures.bare.push_back(nanoseconds_each(time_bare(measure, count), count));
  }
}

// The best so far.
struct Best {
  double ours = std::numeric_limits<double>::infinity();
  double bare = std::numeric_limits<double>::infinity();
};

wasio::Task<> run_round(const Measure& measure, Best& best) {
  Figures figures;
  if (measure.around) {
    co_await measure.around(take_samples(measure, figures));
  } else {
    co_await take_samples(measure, figures);
  }
  best.ours = std::min(best.ours, median(std::move(figures.ours)));
  if (measure.bare) best.bare = std::min(best.bare, median(std::move(figures.bare)));
}

std::string line_of(const Measure& measure, const Best& best) {
  return wasio::join_text(R"({"measure":")", measure.name, R"(","ours":)", best.ours, R"(,"bare":)",
                          measure.bare ? wasio::join_text(best.bare) : "null", "}\n");
}

// Many tasks are compared with few.
wasio::Task<std::string> run_switch_many() {
  constexpr int few = 1'000;
  constexpr int many = 1'000'000;
  double of_few = std::numeric_limits<double>::infinity();
  double of_many = of_few;
  for (int round = 0; round < rounds; ++round) {
    of_few = std::min(of_few, co_await nanoseconds_per_switch(few, many / few));
    of_many = std::min(of_many, co_await nanoseconds_per_switch(many, 3));
  }
  co_return wasio::join_text(R"({"measure":"switch_of_1k","ours":)", of_few, R"(,"bare":null})",
                             "\n", R"({"measure":"switch_of_1m","ours":)", of_many, R"(,"bare":)",
                             of_few, "}\n");
}

// The bare version is a race.
wasio::Task<std::string> run_select() {
  Selects best{.by_select = std::numeric_limits<double>::infinity(),
               .by_race = std::numeric_limits<double>::infinity()};
  constexpr int count = 20'000;
  for (int round = 0; round < 4 * rounds; ++round) {
    const Selects each = co_await nanoseconds_per_select(count);
    best.by_select = std::min(best.by_select, each.by_select);
    best.by_race = std::min(best.by_race, each.by_race);
  }
  co_return wasio::join_text(R"({"measure":"select_of_2","ours":)", best.by_select, R"(,"bare":)",
                             best.by_race, "}\n");
}

wasio::Task<std::string> run_memory() {
  const Memory bytes = co_await memory();
  co_return wasio::join_text(R"({"measure":"sleeping_task","bytes":)", bytes.sleeping_task, "}\n",
                             R"({"measure":"deeper_call","bytes":)", bytes.deeper_call, "}\n",
                             R"({"measure":"open_stream","bytes":)", bytes.open_stream, "}\n");
}

wasio::Task<int> run_all(wasio::Args names) {
  const auto wanted = [&](std::string_view name) {
    return names.empty() || std::ranges::find(names, name) != names.end();
  };
  // First, because it measures how the heap grows, which it does not if others have left room.
  if (wanted("sleeping_task")) co_await wasio::print(co_await run_memory());
  std::array<Best, measures.size()> best;
  for (int round = 0; round < rounds; ++round)
    for (std::size_t i = 0; i < measures.size(); ++i)
      if (wanted(measures[i]->name)) co_await run_round(*measures[i], best[i]);
  for (std::size_t i = 0; i < measures.size(); ++i)
    if (wanted(measures[i]->name)) co_await wasio::print(line_of(*measures[i], best[i]));
  if (wanted("switch_of_1m")) co_await wasio::print(co_await run_switch_many());
  if (wanted("select_of_2")) co_await wasio::print(co_await run_select());
  co_return 0;
}

} // namespace
} // namespace bench

WASIO_MAIN(bench::run_all)
