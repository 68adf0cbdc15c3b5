// The size of a coroutine with three awaits: WASIO_COROUTINES of them, referred to by a table only.
// Linked without the core; tools/sizes.mjs compares none with a hundred.
#include <wasio/sleep.h>
#include <wasio/task.h>

#include <array>
#include <utility>

wasio::Task<int> other(int value);

namespace {

// Each differs enough that the linker does not fold it into another.
template <int n>
wasio::Task<int> coroutine(int value) {
  const int first = co_await other(value + n);
  co_await wasio::checkpoint();
  co_return first + co_await other(first * (n + 3));
}

using Function = wasio::Task<int> (*)(int);

template <int... n>
constexpr auto table(std::integer_sequence<int, n...>) {
  return std::array<Function, sizeof...(n) + 1>{&other, &coroutine<n>...};
}

} // namespace

extern const std::array<Function, WASIO_COROUTINES + 1> coroutines;
const std::array<Function, WASIO_COROUTINES + 1> coroutines =
    table(std::make_integer_sequence<int, WASIO_COROUTINES>());
