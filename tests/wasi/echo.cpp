// Copies standard input to standard output in chunks, while a ticker counts on standard error how
// often it could run.
#include <wasio/wasio.h>

#include <array>
#include <chrono>
#include <string>

using namespace wasio;
using namespace std::chrono_literals;

namespace {

Task<> tick() {
  for (int ticks = 1;; ++ticks) {
    co_await sleep(20ms);
    co_await print_error(join_text("tick ", ticks, "\n"));
  }
}

Task<> copy() {
  std::array<std::byte, 65536> room;
  while (const std::size_t count = co_await standard_input().receive_into(room))
    co_await standard_output().send_all(std::span(room).first(count));
}

Task<int> run_echo(Args) {
  const auto ticker = background(tick());
  co_await copy();
  // A receive after the end returns the end again.
  std::array<std::byte, 16> room;
  co_return static_cast<int>(co_await standard_input().receive_into(room));
}

} // namespace

WASIO_MAIN(run_echo)
