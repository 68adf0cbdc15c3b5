// Source locations. How much they record depends on WASIO_PLACES.
#pragma once

#include <wasio/config.h>

#include <cstddef>
#include <cstdint>
#include <source_location>
#include <string>
#include <string_view>

WASIO_BEGIN

// A point in the source. With WASIO_PLACES=0 it is always unknown: empty names, line 0.
class Place {
 public:
  constexpr Place() = default;
#if WASIO_PLACES == 0
  constexpr explicit Place(std::source_location, std::uint32_t = 0) {}
#else
  constexpr explicit Place(std::source_location where) : record_(where), line_(where.line()) {}
  constexpr Place(std::source_location function, std::uint32_t line)
      : record_(function), line_(line) {}
#endif

  // The function as the compiler names it; differs between compilers.
  constexpr std::string_view function() const {
#if WASIO_PLACES == 0
    return {};
#else
    return record_.function_name();
#endif
  }
  // The file's base name, without folders, so that it is the same on every machine.
  constexpr std::string_view file() const {
#if WASIO_PLACES == 0
    return {};
#else
    const std::string_view path = record_.file_name();
    std::size_t start = path.size();
    while (start > 0 && path[start - 1] != '/' && path[start - 1] != '\\') --start;
    return path.substr(start);
#endif
  }
  constexpr std::uint32_t line() const {
#if WASIO_PLACES == 0
    return 0;
#else
    return line_;
#endif
  }
  constexpr bool known() const { return line() != 0; }

  // Compares function, file and line, so also places from different translation units.
  // O(characters).
  friend constexpr bool operator==(const Place& a, const Place& b) {
    return a.line() == b.line() && a.file() == b.file() && a.function() == b.function();
  }

 private:
#if WASIO_PLACES != 0
  std::source_location record_;
  std::uint32_t line_ = 0;
#endif
};

// `function (file:line)`; empty if the place is unknown.
std::string describe(Place place);

WASIO_END
