// A program whose main returns no exit code.
#include <wasio/wasio.h>

using namespace wasio;

namespace {

Task<> run_without_code(Args args) {
  co_await print("no code\n");
  if (!args.empty()) co_await fail(errors::failure, args[0]);
}

} // namespace

WASIO_MAIN(run_without_code)
