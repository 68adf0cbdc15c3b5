// Several tasks concurrently print more than a pipe holds: the order is kept, and texts do not mix.
#include <wasio/wasio.h>

using namespace wasio;

namespace {

Task<> singer(char voice) {
  std::string text(300'000, voice);
  text += '\n';
  co_await print(std::move(text));
}

Task<int> run_chorus(Args) {
  co_await task_group([](TaskGroup& group) {
    for (const char voice : {'a', 'b', 'c', 'd'}) group.spawn(singer(voice));
  });
  co_return 0;
}

} // namespace

WASIO_MAIN(run_chorus)
