// The end of a program under preview 2.
#include <wasio/detail/exit_code.h>

// Only programs whose main returns an exit code have it (exit_with_code.cpp).
extern "C" [[gnu::weak]] void wasio_end_with_code(int code);

WASIO_BEGIN

// Returning from `main` reports only success or failure.
int detail::end_with(int code) {
  if (code != 0 && code != 1 && wasio_end_with_code)
    wasio_end_with_code(in_range(code, largest_exit_code));
  return code;
}

WASIO_END
