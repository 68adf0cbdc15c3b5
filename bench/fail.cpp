// An error that goes through two frames and becomes a value. Ours carries kind, message, place and
// chain; the bare scale hands an expected<int, int> through, checked by hand in each frame.
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

wasio::Task<> ours(int count) {
  int caught = 0;
  for (int i = 0; i < count; ++i) {
    auto result = co_await wasio::attempt(outer(i));
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

BareTask<int> bare_loop(int count) {
  int caught = 0;
  for (int i = 0; i < count; ++i) {
    auto result = co_await bare_outer(i);
    if (!result) ++caught;
  }
  co_return caught;
}

void bare(int count) {
  auto loop = bare_loop(count);
  loop.start();
  sink = loop.await_resume();
}

} // namespace

const Measure fail_2_frames{"fail_2_frames", ours, bare};

} // namespace bench
