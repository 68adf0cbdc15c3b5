// tally: counts the words of a text while it streams in, from a URL in a page or in Node, from a
// file or standard input under WASI. One program, the same on every host.
#include "options.h"
#include "progress.h"
#include "report.h"
#include "words.h"
#include <wasio/export.h>
#include <wasio/wasio.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace wasio;

namespace {

// Whole lines, each with its end, in the order of the text.
using Batch = std::string;

constexpr std::size_t longest_line = 16 << 20; // bounds the memory that a text can claim

// A wait for the source. Fails if it takes longer than `patience`: the source hangs.
template <class T>
Task<T> patiently(Duration patience, Task<T> wait) {
  auto value = co_await move_on_after(patience, std::move(wait));
  if (!value) co_await fail(errors::timed_out, "stalled: no more data arrives");
  co_return *std::move(value);
}

// The source, with its progress counted, and an error if it stalls.
class WatchedSource final : public ReceiveStream {
 public:
  WatchedSource(ReceiveStream& source, Progress& progress, Duration patience)
      : source_(source), progress_(progress), patience_(patience) {}

  Task<std::size_t> receive_into(std::span<std::byte> into) override {
    const auto count = co_await patiently(patience_, source_.receive_into(into));
    progress_.bytes += count;
    co_return count;
  }

 private:
  ReceiveStream& source_;
  Progress& progress_;
  Duration patience_;
};

// Reads the text to its end and sends it on, in whole lines, as fast as the workers take them. All
// errors in a text are found here, in the order of the text.
Task<> feed(ReceiveStream& text, Sender<Batch> batches) {
  BufferedReader reader(text);
  std::uint64_t offset = 0;
  while (auto lines = co_await reader.next_lines(longest_line)) {
    co_await check_utf8(*lines, offset);
    offset += lines->size();
    co_await batches.send(Batch(*lines));
  }
  if (offset == 0) co_await fail(errors::bad_data, "empty: there is nothing to count");
}

Task<> count(Receiver<Batch> batches, Counts& part) {
  while (auto lines = co_await batches.receive()) part.add_lines(std::move(*lines));
}

// Counts the source to its end; each worker counts into a part of its own.
Task<> count_all(const Options& options, std::span<Counts> parts, Progress& progress) {
  const auto text = co_await patiently(options.patience(), open_source(options.source));
  progress.size = text->size_hint().value_or(0);
  WatchedSource watched(*text, progress, options.patience());
  auto [batches, work] = channel<Batch>(2 * parts.size());
  co_await task_group([&](TaskGroup& group) {
    for (auto& part : parts) group.spawn(count(work, part));
    group.spawn(feed(watched, std::move(batches)));
  });
}

// An error of the source, with the source's name in its message.
Error of_source(const Error& error, std::string_view source) {
  const auto name = source == "-" ? "standard input" : source;
  if (error.message().find(name) != std::string_view::npos) return error;
  return Error(error.kind(), join_text(name, ": ", error.message())).with_cause(error);
}

// The limit ends the counting, but the counts live outside it and make a partial report.
Task<Report> tally_source(const Options& options, Progress& progress) {
  std::vector<Counts> parts(options.workers);
  const auto whole =
      co_await attempt(move_on_after(options.limit, count_all(options, parts, progress)));
  if (!whole) co_await fail(of_source(whole.error().unwrap_single(), options.source));
  co_return make_report(merge(parts), options.top, *whole);
}

// The same, with a line on the terminal that shows the progress.
Task<Report> tally_shown(const Options& options) {
  Progress progress;
  auto report = co_await task_group([&](TaskGroup& group) -> Task<Report> {
    auto line = group.spawn(show(progress));
    auto report = co_await tally_source(options, progress);
    line.cancel("there is no more progress to show");
    co_return report;
  });
  co_return std::move(*report);
}

Task<int> complain(std::string_view what) {
  co_await print_error(join_text("tally: ", what, "\n"));
  co_return 1;
}

Task<int> tally_main(Args args) {
  const auto options = parse_options(args);
  if (!options) co_return co_await complain(options.error().message());
  const auto report = co_await attempt(tally_shown(*options));
  if (!report) co_return co_await complain(report.error().unwrap_single().message());
  co_await print(to_text(*report));
  if (!report->whole) co_return co_await complain("time limit reached: the report is partial");
  co_return 0;
}

} // namespace

WASIO_MAIN(tally_main)

// Called by JavaScript: `await app.tally(url, 5000, {signal})` resolves with the report as JSON, a
// partial one after that many milliseconds; 0 means no limit.
Task<std::string> tally(std::string url, double limit_ms) {
  Options options{.source = std::move(url), .top = 20};
  if (limit_ms > 0) options.limit = std::chrono::duration<double, std::milli>(limit_ms);
  RunningProgress progress;
  co_return to_json(co_await tally_source(options, progress));
}
WASIO_EXPORT(tally, url, limitMs);

// `await app.progress()` resolves with the total progress of all running tallies, as JSON.
Task<std::string> progress() {
  co_return to_json(RunningProgress::of_all());
}
WASIO_EXPORT(progress);
