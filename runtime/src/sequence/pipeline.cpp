#include <wasio/pipeline.h>

#include <algorithm>

WASIO_BEGIN
namespace {

// Saturates at `forever`.
Duration times(std::int64_t count, std::int64_t span) {
  std::int64_t product;
  const bool over = __builtin_mul_overflow(count, span, &product);
  return over ? Duration::forever() : Duration::nanoseconds(product);
}

} // namespace

AsyncGenerator<std::uint64_t> interval(Duration period) {
  if (!(period > Duration()))
    co_await fail(errors::misuse, "interval(): the period must be greater than 0");
  const std::int64_t span = period.nanoseconds();
  const Instant start = now();
  for (std::int64_t tick = 1;; ++tick) {
    co_await sleep_until(start + times(tick, span));
    tick = std::max(tick, (now() - start).nanoseconds() / span);
    co_yield static_cast<std::uint64_t>(tick);
  }
}

WASIO_END
