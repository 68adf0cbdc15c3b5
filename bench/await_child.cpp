// Awaiting a child that completes immediately.
#include "bare.h"
#include "measure.h"
#include "work.h"

namespace bench {
namespace {

wasio::Task<> ours(int count) {
  int value = 0;
  for (int i = 0; i < count; ++i) value = co_await child(value);
  sink = value;
}

[[gnu::noinline]] BareTask<int> bare_child(int value) {
  co_return leaf(value);
}

BareTask<int> bare_loop(int count) {
  int value = 0;
  for (int i = 0; i < count; ++i) value = co_await bare_child(value);
  co_return value;
}

void bare(int count) {
  auto loop = bare_loop(count);
  loop.start();
  sink = loop.await_resume();
}

} // namespace

const Measure await_child{"await_child", ours, bare};

} // namespace bench
