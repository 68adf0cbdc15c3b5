// Runs the checks for receive streams on each file named. For `-` it runs checks of its own on
// standard input, which must stay open and silent.
#include <wasio/testing.h>
#include <wasio/wasio.h>

#include <array>
#include <chrono>

using namespace wasio;
using namespace std::chrono_literals;

namespace {

Task<> check_file(std::string name) {
  const auto file = co_await open_source(name);
  BufferedReader reader(*file);
  const std::string text = co_await reader.read_all(SIZE_MAX);
  const auto open = [&]() -> Task<std::unique_ptr<ReceiveStream>> {
    co_return co_await open_source(name);
  };
  co_await check_receive_stream(open, as_bytes(text));
}

// How a receive ends, in one word.
Task<std::string> ending_of_receive(ReceiveStream& stream) {
  std::array<std::byte, 10> room;
  const auto count = co_await attempt(stream.receive_into(room));
  co_return count ? "value" : count.error().kind().name;
}

Task<> check_input() {
  const auto input = co_await open_source("-");
  std::string first;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> { first = co_await ending_of_receive(*input); });
    co_await sleep(20ms);
    co_await print("second: " + co_await ending_of_receive(standard_input()) + "\n");
    co_await input->aclose();
  });
  co_await print("first: " + first + "\n");
  co_await print("later: " + co_await ending_of_receive(*input) + "\n");
  const auto other = co_await move_on_after(20ms, ending_of_receive(standard_input()));
  co_await print("other: " + other.value_or("waits") + "\n");
}

Task<int> run_streams(Args args) {
  for (const std::string& name : args) {
    if (name == "-") {
      co_await check_input();
    } else {
      co_await check_file(name);
      co_await print(name + ": good\n");
    }
  }
  co_return 0;
}

} // namespace

WASIO_MAIN(run_streams)
