// Waits concurrently for input and for room in the output, with two texts to be written. With the
// argument `ticks` it also waits for a timer; with `interrupted` it also tries to write a third
// text, over and over.
#include <wasio/wasio.h>

#include <array>
#include <chrono>

using namespace wasio;
using namespace std::chrono_literals;

namespace {

Task<> read_input() {
  std::array<std::byte, 16> room;
  while (co_await standard_input().receive_into(room)) co_await print_error("input came\n");
}

Task<> tick() {
  for (int ticks = 1;; ++ticks) {
    co_await sleep(2ms);
    co_await print_error(join_text("tick ", ticks, "\n"));
  }
}

// Gives up each time, unless the text was written immediately.
Task<> interrupt() {
  co_await print_error("trying\n");
  for (;;) {
    auto text = background(print("t"));
    co_await checkpoint();
    text.cancel();
  }
}

// After this no timer is left, and the output has been full for a while.
Task<> announce() {
  co_await sleep(50ms);
  co_await print_error("only waiting\n");
}

Task<int> run_crowd(Args args) {
  background(read_input());
  const std::string_view way = args.empty() ? std::string_view() : std::string_view(args[0]);
  if (way == "ticks") background(tick());
  if (way == "") background(announce());
  co_await task_group([way](TaskGroup& group) {
    for (const char letter : {'a', 'b'}) group.spawn(print(std::string(300'000, letter)));
    if (way == "interrupted") background(interrupt());
  });
  co_return 0;
}

} // namespace

WASIO_MAIN(run_crowd)
