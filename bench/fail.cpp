// An error that propagates through two frames and becomes a value. Ours carries its kind, message,
// place and chain; the bare version returns an expected<int, int>, checked by hand in each frame.
// And the same calls without an error: the difference is the cost of the error itself.
#include "bare.h"
#include "measure.h"
#include "work.h"
#include <wasio/attempt.h>
#include <wasio/fail.h>

#include <expected>

namespace bench {
namespace {

constexpr wasio::ErrorKind broken{"broken", &wasio::errors::failure};

[[gnu::noinline]] wasio::Task<int> inner(int value) {
  if (leaf(value) > 0) co_await wasio::fail(broken, "broken");
  co_return value;
}

[[gnu::noinline]] wasio::Task<int> outer(int value) {
  co_return leaf(co_await inner(value));
}

// A value at which `inner` fails, and one at which it does not.
constexpr int bad = 1;
constexpr int good = -1;

template <int value>
wasio::Task<> ours(int count) {
  int caught = 0;
  for (int i = 0; i < count; ++i) {
    auto result = co_await wasio::attempt(outer(value));
    if (!result) ++caught;
  }
  sink = caught;
}

using Checked = std::expected<int, int>;

[[gnu::noinline]] BareTask<Checked> bare_inner(int value) {
  if (leaf(value) > 0) co_return std::unexpected(value);
  co_return value;
}

[[gnu::noinline]] BareTask<Checked> bare_outer(int value) {
  auto result = co_await bare_inner(value);
  if (!result) co_return std::unexpected(result.error());
  co_return leaf(*result);
}

template <int value>
BareTask<int> bare_loop(int count) {
  int caught = 0;
  for (int i = 0; i < count; ++i) {
    auto result = co_await bare_outer(value);
    if (!result) ++caught;
  }
  co_return caught;
}

template <int value>
void bare(int count) {
  auto loop = bare_loop<value>(count);
  loop.start();
  sink = loop.await_resume();
}

} // namespace

const Measure fail_2_frames{"fail_2_frames", ours<bad>, bare<bad>};
const Measure succeed_2_frames{"succeed_2_frames", ours<good>, bare<good>};

} // namespace bench
