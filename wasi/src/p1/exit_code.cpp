// The end of a program under preview 1.
#include <wasio/detail/exit_code.h>
#include <wasio/main.h>

WASIO_BEGIN
namespace detail {
namespace {

// wasmtime treats larger ones as a failure of its own.
constexpr int largest_of_all_hosts = 125;

} // namespace

int end_with(int code) {
  return in_range(code, largest_of_all_hosts);
}

void link_main_with_code() {
  link_main();
}

} // namespace detail
WASIO_END
