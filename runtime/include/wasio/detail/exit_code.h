// How the program's exit code reaches the host.
#pragma once

#include <wasio/config.h>

WASIO_BEGIN
namespace detail {

// A process ends with a byte. Any other number becomes this one, since cutting it to a byte would
// make a success of 256.
inline constexpr int largest_exit_code = 255;

constexpr int in_range(int code, int largest) {
  return code < 0 || code > largest ? largest : code;
}

// Returns what `main` must return, or ends the process. Defined by each host.
int end_with(int code);

} // namespace detail
WASIO_END
