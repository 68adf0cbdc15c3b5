// Receives from standard input in a runtime of its own on virtual time, which cannot wait for the
// host: prints what that fails with, and what the program's own runtime then receives.
#include <wasio/testing.h>
#include <wasio/wasio.h>

#include <array>

using namespace wasio;

namespace {

Task<int> run_clockwork(Args) {
  std::array<std::byte, 16> room;
  const auto in_virtual_time =
      run_virtually([&]() -> Task<> { co_await standard_input().receive_into(room); });
  co_await print(
      join_text(in_virtual_time ? "received" : in_virtual_time.error().kind().name, '\n'));
  const std::size_t count = co_await standard_input().receive_into(room);
  co_await standard_output().send_all(std::span(room).first(count));
  co_return 0;
}

} // namespace

WASIO_MAIN(run_clockwork)
