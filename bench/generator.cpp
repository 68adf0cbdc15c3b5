// The values of a generator, one `next` for each.
#include "measure.h"
#include "work.h"
#include <wasio/async_generator.h>

namespace bench {
namespace {

wasio::AsyncGenerator<int> count_up(int count) {
  for (int i = 0; i < count; ++i) co_yield i;
}

wasio::Task<> generate(int count) {
  int value = 0;
  auto numbers = count_up(count);
  while (auto number = co_await numbers.next()) value += leaf(*number);
  sink = value;
}

} // namespace

const Measure generator_next{"generator_next", generate, nullptr};

} // namespace bench
