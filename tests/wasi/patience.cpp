// Gives up reading standard input every few milliseconds and starts again: bytes that arrive in
// between must not be lost. With the argument `busy` it computes instead of waiting, so that it
// sees input between steps only.
#include <wasio/wasio.h>

#include <array>
#include <chrono>

using namespace wasio;
using namespace std::chrono_literals;

namespace {

Task<> compute() {
  for (;;) co_await checkpoint();
}

Task<int> run_patience(Args args) {
  if (!args.empty() && args[0] == "busy") background(compute());
  std::array<std::byte, 5> room;
  for (;;) {
    const auto count = co_await move_on_after(3ms, standard_input().receive_into(room));
    if (!count) {
      co_await print_error("gave up\n");
    } else if (*count == 0) {
      co_return 0;
    } else {
      co_await standard_output().send_all(std::span(room).first(*count));
    }
  }
}

} // namespace

WASIO_MAIN(run_patience)
