// The exit codes of the native host. A file of its own, because only programs with a main link it.
#include <wasio/detail/exit_code.h>
#include <wasio/main.h>

WASIO_BEGIN
namespace detail {

void link_main_with_code() {
  link_main();
}

int end_with(int code) {
  return in_range(code, largest_exit_code);
}

} // namespace detail
WASIO_END
