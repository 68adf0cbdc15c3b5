// The result of a tally, for people and for programs.
#pragma once

#include "words.h"
#include <wasio/error.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

struct Report {
  std::uint64_t words = 0;
  std::uint64_t distinct = 0;
  std::uint64_t lines = 0;
  std::uint64_t bytes = 0;
  std::uint64_t hash = 0;
  std::vector<Word> top;
  bool whole = true; // false: the limit ended it before the text did
};

inline Report make_report(const Counts& counts, std::size_t top, bool whole) {
  auto words = counts.sorted();
  return {.words = counts.words(),
          .distinct = words.size(),
          .lines = counts.lines(),
          .bytes = counts.bytes(),
          .hash = hash_of(words),
          .top = most_frequent(std::move(words), top),
          .whole = whole};
}

inline std::string hexadecimal(std::uint64_t value, std::size_t width) {
  std::string digits(width, '0');
  for (auto at = digits.rbegin(); at != digits.rend(); ++at, value >>= 4)
    *at = "0123456789abcdef"[value & 0xf];
  return digits;
}

// A number, right-aligned in its column.
inline std::string in_column(std::uint64_t number) {
  const auto digits = std::to_string(number);
  constexpr std::size_t width = 12;
  return std::string(digits.size() < width ? width - digits.size() : 0, ' ') + digits;
}

inline std::string to_text(const Report& report) {
  using wasio::join_text;
  auto text =
      join_text(report.whole ? "" : "PARTIAL: the limit ended this before the text did\n", //
                in_column(report.words), " words, ", report.distinct, " distinct\n",
                in_column(report.lines), " lines\n", //
                in_column(report.bytes), " bytes\n", //
                "hash ", hexadecimal(report.hash, 16), "\n\n");
  for (const auto& [word, count] : report.top) text += join_text(in_column(count), " ", word, "\n");
  return text;
}

// Words need no escapes: they contain no quotes, backslashes or ASCII control characters.
inline std::string to_json(const Report& report) {
  using wasio::join_text;
  auto json =
      join_text(R"({"whole":)", report.whole, R"(,"words":)", report.words, //
                R"(,"distinct":)", report.distinct, R"(,"lines":)", report.lines, R"(,"bytes":)",
                report.bytes, R"(,"hash":")", hexadecimal(report.hash, 16), R"(","top":[)");
  std::string_view comma;
  for (const auto& [word, count] : report.top) {
    json += join_text(comma, R"({"word":")", word, R"(","count":)", count, "}");
    comma = ",";
  }
  return json += "]}";
}
