#include <wasio/duration.h>
#include <wasio/error.h>

WASIO_BEGIN

std::string describe(Duration span) {
  constexpr std::int64_t millisecond = 1'000'000;
  if (span.is_forever()) return "forever";
  const std::int64_t count = span.nanoseconds();
  if (count % millisecond == 0) return join_text(count / millisecond, " ms");
  return join_text(count, " ns");
}

WASIO_END
