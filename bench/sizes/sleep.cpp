// The smallest program that sleeps and prints.
#include <wasio/io/standard_streams.h>
#include <wasio/main.h>
#include <wasio/sleep.h>

static wasio::Task<int> run(wasio::Args) {
  co_await wasio::sleep(std::chrono::milliseconds(1));
  co_await wasio::print("good morning\n");
  co_return 0;
}
WASIO_MAIN(run)
