// tally: counts the words of a text while it streams in, from a URL in a page or in Node, from a
// file or standard input under WASI. One program, the same on every host.
#include "lines.h"
#include "options.h"
#include "progress.h"
#include "report.h"
#include "utf8.h"
#include "words.h"
#include <wasio/wasio.h>

#include <cstddef>
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

constexpr std::size_t chunk_size = 64 << 10;
constexpr std::size_t longest_line = 16 << 20; // bounds the memory that a text can claim

// What a source that is silent for longer than `patience` fails with.
detail::FailAwaiter fail_stalled() {
  return fail(errors::timed_out, "stalled: nothing comes any more");
}

// The next bytes, read into `room`; empty at the end.
Task<std::string_view> receive(ReceiveStream& text, std::span<std::byte> room, Duration patience) {
  const auto count = co_await move_on_after(patience, text.receive_into(room));
  if (!count) co_await fail_stalled();
  co_return std::string_view(reinterpret_cast<const char*>(room.data()), *count);
}

// Fails at the first byte that is not UTF-8. `offset` is where in the text the lines begin.
Result<> check_utf8(std::string_view lines, std::uint64_t offset) {
  const auto bad = find_bad_utf8(lines);
  if (bad == lines.npos) return {};
  const auto byte = static_cast<unsigned char>(lines[bad]);
  return std::unexpected(
      Error(errors::bad_data,
            join_text("not UTF-8: byte 0x", hexadecimal(byte, 2), " at offset ", offset + bad)));
}

// Reads the text to its end and hands it on, in lines, as fast as the workers take them. Everything
// that can be wrong with a text is found here, in its order.
Task<> feed(ReceiveStream& text, Sender<Batch> batches, Progress& progress, Duration patience) {
  std::vector<std::byte> room(chunk_size);
  LineCutter cutter;
  for (bool at_end = false; !at_end;) {
    const auto chunk = co_await receive(text, room, patience);
    progress.bytes += chunk.size();
    at_end = chunk.empty();
    Batch lines = at_end ? cutter.take_rest() : cutter.add(chunk);
    const auto begin = progress.bytes - cutter.pending() - lines.size();
    co_await check_utf8(lines, begin);
    if (!lines.empty()) co_await batches.send(std::move(lines));
    if (cutter.pending() > longest_line)
      co_await fail(errors::bad_data, "a line of more than ", longest_line, " bytes");
  }
  if (progress.bytes == 0) co_await fail(errors::bad_data, "empty: there is nothing to count");
}

Task<> count(Receiver<Batch> batches, Counts& part) {
  while (auto lines = co_await batches.receive()) part.add_lines(std::move(*lines));
}

// Counts the source to its end, each worker into a part of its own.
Task<> count_all(const Options& options, std::span<Counts> parts, Progress& progress) {
  auto opened = co_await move_on_after(options.patience(), open_source(options.source));
  if (!opened) co_await fail_stalled();
  ReceiveStream& text = **opened;
  progress.size = text.announced_size();
  auto [batches, work] = channel<Batch>(2 * parts.size());
  co_await task_group([&](TaskGroup& group) {
    for (auto& part : parts) group.spawn(count(work, part));
    group.spawn(feed(text, std::move(batches), progress, options.patience()));
  });
}

// An error of the source, with its name.
Error of_source(const Error& error, std::string_view source) {
  if (error.message().find(source) != std::string_view::npos) return error;
  const auto name = source == "-" ? "standard input" : source;
  return Error(error.kind(), join_text(name, ": ", error.message())).with_cause(error);
}

// The limit ends the counting, but not the counts: they stand outside, and make a partial report.
Task<Report> tally(const Options& options, Progress& progress) {
  std::vector<Counts> parts(options.workers);
  const auto whole =
      co_await attempt(move_on_after(options.limit, count_all(options, parts, progress)));
  if (!whole) co_await fail(of_source(whole.error().unwrap_single(), options.source));
  co_return make_report(merge(parts), options.top, *whole);
}

// The same, with a line on the terminal that says how far it is.
Task<Report> tally_shown(const Options& options) {
  Progress progress;
  auto report = co_await task_group([&](TaskGroup& group) -> Task<Report> {
    auto line = group.spawn(show(progress));
    auto report = co_await tally(options, progress);
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
  if (!report->whole) co_return co_await complain("the limit ended it: the report is partial");
  co_return 0;
}

} // namespace

WASIO_MAIN(tally_main)
