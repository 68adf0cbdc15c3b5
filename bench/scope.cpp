// Entering and leaving a scope around a child that completes immediately: subtract `await_child`.
#include "measure.h"
#include "work.h"
#include <wasio/cancel_scope.h>

namespace bench {
namespace {

wasio::Task<> ours(int count) {
  int value = 0;
  for (int i = 0; i < count; ++i) {
    wasio::CancelScope scope;
    value = *co_await scope.run(child(value));
  }
  sink = value;
}

} // namespace

const Measure scope{"scope", ours, nullptr};

} // namespace bench
