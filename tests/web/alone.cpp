// The host of JavaScript without the bindings: a program whose only way in is an entry of its own
// (tests/web/alone.test.mjs).
#include <wasio/detail/spawned_task.h>
#include <wasio/io/standard_streams.h>
#include <wasio/sleep.h>
#include <wasio/web/loop.h>

using namespace wasio;
using namespace std::chrono_literals;

namespace {

Task<> count(int numbers) {
  for (int i = 1; i <= numbers; ++i) {
    co_await sleep(1ms);
    co_await print(join_text(i, "\n"));
  }
  co_await print("done\n");
}

} // namespace

extern "C" __attribute__((export_name("begin_counting"))) void begin_counting(int numbers) {
  detail::web_runtime().begin(*detail::make_child(count(numbers), "count", {}));
}
