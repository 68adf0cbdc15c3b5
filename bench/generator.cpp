// Values of a generator, one `next` each; and a lock taken and given back.
#include "measure.h"
#include "work.h"
#include <wasio/async_generator.h>
#include <wasio/mutex.h>

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

wasio::Task<> lock_and_release(int count) {
  wasio::Mutex mutex;
  int value = 0;
  for (int i = 0; i < count; ++i) {
    auto lock = co_await mutex.lock();
    value = leaf(value);
  }
  sink = value;
}

} // namespace

const Measure generator_next{"generator_next", generate, nullptr};
const Measure mutex_lock{"mutex_lock", lock_and_release, nullptr};

} // namespace bench
