// Durations and points in time, in whole nanoseconds, saturating at "never".
#pragma once

#include <wasio/config.h>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

WASIO_BEGIN

namespace detail {

inline constexpr std::int64_t longest = std::numeric_limits<std::int64_t>::max();

inline constexpr std::int64_t not_a_number = -1; // no Duration is negative

// Rounds up, so that nothing derived from it is ever early.
template <class Rep, class Period>
constexpr std::int64_t to_nanoseconds(std::chrono::duration<Rep, Period> span) {
  using Scale = std::ratio_divide<Period, std::nano>;
  if constexpr (std::floating_point<Rep>) {
    const auto value = static_cast<double>(span.count()) * static_cast<double>(Scale::num) /
                       static_cast<double>(Scale::den);
    if (value != value) return not_a_number;
    if (value <= 0) return 0;
    if (value >= 0x1p63) return longest;
    const auto whole = static_cast<std::int64_t>(value);
    return static_cast<double>(whole) < value ? whole + 1 : whole;
  } else {
    if (span.count() <= 0) return 0;
    const auto count = static_cast<std::uint64_t>(span.count());
    constexpr auto limit = static_cast<std::uint64_t>(longest);
    constexpr auto num = static_cast<std::uint64_t>(Scale::num);
    constexpr auto den = static_cast<std::uint64_t>(Scale::den);
    if (count > limit / num) return longest;
    return static_cast<std::int64_t>((count * num + den - 1) / den);
  }
}

// The opposite: rounds up to whole ticks and saturates at `max()`.
template <std::integral Rep, class Period>
constexpr auto from_nanoseconds(std::int64_t span) {
  using Span = std::chrono::duration<Rep, Period>;
  using Scale = std::ratio_divide<std::nano, Period>; // ticks in a nanosecond
  constexpr auto num = static_cast<std::uint64_t>(Scale::num);
  constexpr auto den = static_cast<std::uint64_t>(Scale::den);
  if (span <= 0) return Span::zero();
  const auto count = static_cast<std::uint64_t>(span);
  std::uint64_t whole = 0;
  std::uint64_t part = 0;
  const bool over = __builtin_mul_overflow(count / den, num, &whole) ||
                    __builtin_mul_overflow(count % den, num, &part) ||
                    __builtin_add_overflow(whole, part / den + (part % den != 0), &whole);
  if (over || span == longest || whole > static_cast<std::uint64_t>(Span::max().count()))
    return Span::max();
  return Span(static_cast<Rep>(whole));
}
template <std::floating_point Rep, class Period>
constexpr auto from_nanoseconds(std::int64_t span) {
  using Span = std::chrono::duration<Rep, Period>;
  if (span == not_a_number) return Span(std::numeric_limits<Rep>::quiet_NaN());
  if (span == longest) return Span::max();
  return Span(std::chrono::duration<Rep, std::nano>(static_cast<Rep>(span)));
}

} // namespace detail

// A duration, convertible from any std::chrono duration: a negative one becomes zero, one of more
// than 292 years becomes `forever`, and fractions of a nanosecond round up. A NaN stays a NaN, and
// every operation that awaits it fails with `misuse`.
class Duration {
 public:
  constexpr Duration() = default;
  template <class Rep, class Period>
  constexpr Duration(std::chrono::duration<Rep, Period> span) // NOLINT: `sleep(5s)` is the point
      : nanoseconds_(detail::to_nanoseconds(span)) {}

  static constexpr Duration forever() { return Duration(detail::longest); }
  static constexpr Duration nanoseconds(std::int64_t count) {
    return Duration(count < 0 ? 0 : count);
  }

  // `std::chrono::milliseconds(span)`: rounds up, so that nothing derived from it is ever early.
  // `forever`, and what the target cannot hold, becomes its `max()`; a NaN becomes zero if the
  // target counts in integers.
  template <class Rep, class Period>
    requires std::is_arithmetic_v<Rep>
  constexpr explicit operator std::chrono::duration<Rep, Period>() const {
    return detail::from_nanoseconds<Rep, Period>(nanoseconds_);
  }

  // 0 for a NaN.
  constexpr std::int64_t nanoseconds() const { return is_nan() ? 0 : nanoseconds_; }
  constexpr bool is_forever() const { return nanoseconds_ == detail::longest; }
  constexpr bool is_nan() const { return nanoseconds_ == detail::not_a_number; }

  // A NaN equals only another NaN, and is ordered like zero.
  friend constexpr bool operator==(Duration, Duration) = default;
  friend constexpr auto operator<=>(Duration a, Duration b) {
    return a.nanoseconds() <=> b.nanoseconds();
  }

 private:
  constexpr explicit Duration(std::int64_t count) : nanoseconds_(count) {}

  std::int64_t nanoseconds_ = 0;
};

// The duration as text, such as `5 ms`, `1500 ns`, `forever`: exact, and the same on every host.
std::string describe(Duration span);

// A point in time on the runtime's monotonic clock, whose zero has no meaning.
class Instant {
 public:
  constexpr Instant() = default;
  static constexpr Instant at(std::int64_t nanoseconds) { return Instant(nanoseconds); }
  static constexpr Instant never() { return Instant(detail::longest); }
  // Earlier than every other: the deadline of a scope that is already cancelled.
  static constexpr Instant earliest() { return Instant(std::numeric_limits<std::int64_t>::min()); }

  constexpr std::int64_t nanoseconds() const { return nanoseconds_; }
  constexpr bool is_never() const { return nanoseconds_ == detail::longest; }

  // Saturates at `never`.
  friend constexpr Instant operator+(Instant start, Duration span) {
    std::int64_t sum;
    const bool over = __builtin_add_overflow(start.nanoseconds_, span.nanoseconds(), &sum);
    return over || span.is_forever() ? never() : Instant(sum);
  }
  // Zero if `end` is not after `start`; saturates at `forever`.
  friend constexpr Duration operator-(Instant end, Instant start) {
    std::int64_t difference;
    if (end <= start) return {};
    const bool over = __builtin_sub_overflow(end.nanoseconds_, start.nanoseconds_, &difference);
    return over || end.is_never() ? Duration::forever() : Duration::nanoseconds(difference);
  }
  friend constexpr bool operator==(Instant, Instant) = default;
  friend constexpr auto operator<=>(Instant, Instant) = default;

 private:
  constexpr explicit Instant(std::int64_t nanoseconds) : nanoseconds_(nanoseconds) {}

  std::int64_t nanoseconds_ = 0;
};

WASIO_END
