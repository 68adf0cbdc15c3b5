// The `main` of hosts that block: runs the program in one runtime.
#include <wasio/detail/exit_code.h>
#include <wasio/detail/host_report.h>
#include <wasio/main.h>
#include <wasio/run.h>

#include <string>
#include <vector>

WASIO_BEGIN
namespace detail {
void link_main() {}
} // namespace detail
WASIO_END

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + (argc > 0 ? 1 : 0), argv + argc);
  const auto outcome = wasio::run(wasio::detail::program_main(args));
  if (outcome) return wasio::detail::end_with(*outcome);
  wasio::detail::host_report(wasio::describe(outcome.error()));
  return 1;
}
