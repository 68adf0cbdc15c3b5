// The options on the command line.
#pragma once

#include <wasio/duration.h>
#include <wasio/error.h>
#include <wasio/main.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

inline constexpr std::string_view usage =
    "tally [--workers N] [--top N] [--limit 5s] [--stall 30s] [URL, file or -]";

struct Options {
  std::string source = "-"; // standard input
  std::size_t workers = 4;
  std::size_t top = 10;
  wasio::Duration limit = wasio::Duration::forever(); // for all of it
  std::optional<wasio::Duration> stall = {};

  // How long the source may be silent. A server or a disk that stays silent hangs; a writer to
  // standard input may take its time.
  wasio::Duration patience() const {
    using namespace std::chrono_literals;
    return stall ? *stall : source == "-" ? wasio::Duration::forever() : wasio::Duration(30s);
  }
};

template <class N>
std::optional<N> parse_number(std::string_view text) {
  N number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return {};
  return number;
}

// "250ms", "5s" or "2m".
inline std::optional<wasio::Duration> parse_duration(std::string_view text) {
  const auto unit = text.substr(std::min(text.find_first_not_of("0123456789"), text.size()));
  const auto count = parse_number<std::int32_t>(text.substr(0, text.size() - unit.size()));
  if (!count) return {};
  if (unit == "ms") return std::chrono::milliseconds(*count);
  if (unit == "s") return std::chrono::seconds(*count);
  if (unit == "m") return std::chrono::minutes(*count);
  return {};
}

// Returns false if there is no such option, or if `value` is not valid for it.
inline bool set_option(Options& options, std::string_view name, std::string_view value) {
  const auto set = [](auto& option, const auto& parsed) {
    if (parsed) option = *parsed;
    return parsed.has_value();
  };
  constexpr std::size_t most_workers = 1000;
  if (name == "--workers")
    return set(options.workers, parse_number<std::size_t>(value)) &&
           options.workers - 1 < most_workers;
  if (name == "--top") return set(options.top, parse_number<std::size_t>(value));
  if (name == "--limit") return set(options.limit, parse_duration(value));
  if (name == "--stall") return set(options.stall, parse_duration(value));
  return false;
}

// Fails with `misuse` and a message that names the argument and ends with the usage.
inline wasio::Result<Options> parse_options(wasio::Args args) {
  const auto refuse = [](std::string_view what, std::string_view argument) {
    return std::unexpected(wasio::Error(
        wasio::errors::misuse, wasio::join_text(what, ": ", argument, " (usage: ", usage, ")")));
  };
  Options options;
  bool named = false;
  for (; !args.empty(); args = args.subspan(1)) {
    const std::string_view arg = args.front();
    if (arg == "-" || !arg.starts_with('-')) {
      if (std::exchange(named, true)) return refuse("more than one source", arg);
      options.source = arg;
    } else {
      if (args.size() == 1 || !set_option(options, arg, args[1]))
        return refuse("unknown option or bad value", arg);
      args = args.subspan(1);
    }
  }
  return options;
}
