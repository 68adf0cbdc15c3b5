// Opens each argument and says how many bytes it announced, how many came, and in how many chunks,
// while another task counts its own steps. An error ends the program.
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
  std::size_t chunks = 0;
  int steps = 0;
  auto other = background(count_steps(steps));
  while (const std::size_t count = co_await source->receive_into(room)) {
    bytes += count;
    ++chunks;
  }
  other.cancel();
  const bool kept_running = chunks < 64 || steps > 0;
  co_await print(join_text(name, ": announced ", source->announced_size(), ", ", bytes,
                           " bytes in ", chunks,
                           kept_running ? " chunks\n" : " chunks, nothing else ran\n"));
}

Task<int> run_source(Args args) {
  for (const std::string& name : args) co_await read(name);
  co_return 0;
}

} // namespace

WASIO_MAIN(run_source)
