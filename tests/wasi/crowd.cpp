// Waits for silent input, for room in the output and for a timer, all at once.
#include <wasio/wasio.h>

#include <array>
#include <chrono>

using namespace wasio;
using namespace std::chrono_literals;

namespace {

Task<> read_input() {
  std::array<std::byte, 16> room;
  co_await standard_input().receive_into(room);
}

Task<> tick() {
  for (int ticks = 1;; ++ticks) {
    co_await sleep(5ms);
    co_await print_error(join_text("tick ", ticks, "\n"));
  }
}

Task<int> run_crowd(Args) {
  background(read_input());
  background(tick());
  for (const char letter : {'a', 'b'}) co_await print(std::string(300'000, letter));
  co_return 0;
}

}  // namespace

WASIO_MAIN(run_crowd)
