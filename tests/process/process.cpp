// What a program is as a process: tests/process.test.mjs runs it on every host. The first argument
// says what it does.
#include <wasio/wasio.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

using namespace wasio;
using namespace std::chrono_literals;

namespace {

// C's output and ours, in turns. Its last line has no end, and nothing is written after it.
Task<> mix() {
  for (int i = 0; i < 3; ++i) {
    std::printf("C %d, ", i);
    co_await print(join_text("wasio ", i, "\n"));
  }
  std::printf("the end");
}

Task<> flush_and_wait() {
  std::printf("flushed");
  std::fflush(stdout);
  co_await sleep(1ms);
}

Task<> exit_in_a_task(int code) {
  co_await sleep(1ms);
  std::printf("leaving");
  std::exit(code);
}

Task<> write(int megabytes) {
  const std::string line(999, 'x');
  for (int i = 0; i < 1000 * megabytes; ++i) co_await print(line + "\n");
}

Task<> announce_size(std::string name) {
  const auto source = co_await open_source(name);
  const auto hint = source->size_hint();
  co_await print(hint ? join_text(*hint, "\n") : "unknown\n");
}

// Opening a pipe waits for its writer, on some hosts for good.
Task<> open_in_time(std::string name) {
  const auto opened = co_await attempt(fail_after(500ms, open_source(name)));
  co_await print(opened ? "opened\n" : join_text(opened.error().kind().name, "\n"));
}

Task<int> run_process(Args args) {
  const std::string& way = args[0];
  if (way == "code") co_return std::atoi(args[1].c_str());
  if (way == "exit") co_await exit_in_a_task(std::atoi(args[1].c_str()));
  if (way == "mix") co_await mix();
  if (way == "flush") co_await flush_and_wait();
  if (way == "write") co_await write(std::atoi(args[1].c_str()));
  if (way == "size") co_await announce_size(args[1]);
  if (way == "open") co_await open_in_time(args[1]);
  co_return 0;
}

} // namespace

WASIO_MAIN(run_process)
