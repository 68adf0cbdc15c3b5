// Context variables, with ten of them set: reading one, copying a `Context`, and setting one. A
// spawn does what the copy does, but without allocating a block.
#include "measure.h"
#include <wasio/context.h>

#include <array>

namespace bench {
namespace {

using wasio::ContextVar;

ContextVar value("value", 0);
std::array<ContextVar<int>, 9> others{
    ContextVar<int>("a"), ContextVar<int>("b"), ContextVar<int>("c"),
    ContextVar<int>("d"), ContextVar<int>("e"), ContextVar<int>("f"),
    ContextVar<int>("g"), ContextVar<int>("h"), ContextVar<int>("i")};

template <std::size_t n = 9>
wasio::Task<> with_others(wasio::Task<> body) {
  if constexpr (n == 0) {
    co_await std::move(body);
  } else {
    const auto token = others[n - 1].set(1);
    co_await with_others<n - 1>(std::move(body));
  }
}

wasio::Task<> read_body(int count) {
  const auto token = value.set(1);
  int sum = 0;
  for (int i = 0; i < count; ++i) sum += value.get();
  sink = sum;
  co_return;
}
wasio::Task<> read(int count) {
  co_await with_others(read_body(count));
}

wasio::Task<> copy_body(int count) {
  const wasio::Context context = wasio::Context::current();
  for (int i = 0; i < count; ++i) context.copy();
  co_return;
}
wasio::Task<> copy(int count) {
  co_await with_others(copy_body(count));
}

wasio::Task<> set_body(int count) {
  for (int i = 0; i < count; ++i) const auto token = value.set(i);
  co_return;
}
wasio::Task<> set(int count) {
  co_await with_others(set_body(count));
}

} // namespace

const Measure context_read{"context_read", read, nullptr};
const Measure context_copy{"context_copy", copy, nullptr};
const Measure context_set{"context_set", set, nullptr};

} // namespace bench
