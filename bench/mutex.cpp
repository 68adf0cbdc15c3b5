// Locking and releasing a free mutex.
#include "measure.h"
#include "work.h"
#include <wasio/mutex.h>

namespace bench {
namespace {

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

const Measure mutex_lock{"mutex_lock", lock_and_release, nullptr};

} // namespace bench
