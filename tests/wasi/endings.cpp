// Ends in the way that the argument names.
#include <wasio/wasio.h>

#include <array>
#include <chrono>
#include <memory>
#include <unistd.h>

using namespace wasio;
using namespace std::chrono_literals;

namespace {

Task<> receive_from_nobody() {
  auto [sender, receiver] = channel<int>(0);
  co_await receiver.receive();
}

// Writes until the other end is closed.
Task<> write_on() {
  const std::string text(100'000, 'x');
  for (;;) co_await print(text);
}

Task<> read_closed() {
  ::close(STDIN_FILENO);
  std::array<std::byte, 10> room;
  co_await standard_input().receive_into(room);
}

// The descriptor is closed while a task waits for it.
Task<> close_while_reading() {
  co_await task_group([](TaskGroup& group) {
    group.spawn([]() -> Task<> {
      std::array<std::byte, 10> room;
      co_await standard_input().receive_into(room);
    });
    group.spawn([]() -> Task<> {
      co_await sleep(20ms);
      ::close(STDIN_FILENO);
    });
  });
}

Task<> read_and_sleep_forever() {
  std::array<std::byte, 10> room;
  co_await standard_input().receive_into(room);
}

Task<int> run_endings(Args args) {
  const std::string_view way = args.empty() ? std::string_view() : std::string_view(args[0]);
  if (way == "seven") co_return 7;
  if (way == "error") co_await fail(errors::bad_data, "this was planned");
  if (way == "deadlock") co_await receive_from_nobody();
  if (way == "broken pipe") co_await write_on();
  if (way == "closed input") co_await read_closed();
  if (way == "closed while reading") co_await close_while_reading();
  if (way == "abandoned read") background(read_and_sleep_forever());
  if (way == "no room") co_await standard_input().receive_into({});
  if (way == "panic") panic("nothing sensible is left to do");
  if (way == "mutex") MutexLock().release();
  if (way == "permit") Permit().release();
  if (way == "too many") Semaphore(1, 1).release();
  if (way == "permit out") auto orphan = std::make_unique<Semaphore>(1)->try_acquire();
  if (way == "no parties") Barrier(0);
  co_await print("done\n");
  co_return 0;
}

} // namespace

WASIO_MAIN(run_endings)
