// Pseudo-random numbers.
#pragma once

#include <wasio/config.h>

#include <cstddef>
#include <cstdint>

WASIO_BEGIN
namespace detail {

// xorshift64: small, and the same numbers on every host. Not for secrets.
class Random {
 public:
  explicit Random(std::uint64_t seed = 0) : state_(start_of(seed)) {}

  std::uint64_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_;
  }
  // A number below `limit`, which must not be 0.
  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(next() % limit); }

 private:
  // Spreads neighbouring seeds, so that their numbers differ from the start; never 0.
  static std::uint64_t start_of(std::uint64_t seed) {
    return (seed + 1) * 0x9e3779b97f4a7c15U | 1U;
  }

  std::uint64_t state_;
};

} // namespace detail
WASIO_END
