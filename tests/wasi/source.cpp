// Opens each argument and reports how many bytes it announced, how many came, and whether another
// task ran meanwhile. An error ends the program.
#include <wasio/wasio.h>

#include <array>

using namespace wasio;

namespace {

Task<> count_steps(int& steps) {
  for (;; ++steps) co_await checkpoint();
}

Task<> read(std::string name) {
  const auto source = co_await open_source(name);
  std::array<std::byte, 1000> room;
  std::size_t bytes = 0;
  int steps = 0;
  auto other = background(count_steps(steps));
  while (const std::size_t count = co_await source->receive_into(room)) bytes += count;
  other.cancel();
  const bool long_enough = bytes > 64 * room.size(); // more operations than a task's budget
  const auto hint = source->size_hint();
  co_await print(
      join_text(name, ": announced ", hint ? join_text(*hint) : "nothing", ", ", bytes, " bytes",
                long_enough ? steps > 0 ? ", others ran" : ", nothing else ran" : "", "\n"));
}

Task<int> run_source(Args args) {
  for (const std::string& name : args) co_await read(name);
  co_return 0;
}

} // namespace

WASIO_MAIN(run_source)
