#include <wasio/supervise.h>

#include <algorithm>

WASIO_BEGIN
namespace detail {
Result<> Restarts::check() const {
  const char* wrong = nullptr;
  if (policy_.initial_delay > policy_.max_delay)
    wrong = "RestartPolicy: initial_delay is longer than max_delay";
  if (!(policy_.factor >= 1) || policy_.factor > std::numeric_limits<double>::max())
    wrong = "RestartPolicy: factor must be finite and at least 1";
  if (policy_.initial_delay.is_nan() || policy_.max_delay.is_nan() || policy_.reset_after.is_nan())
    wrong = "RestartPolicy: a duration is NaN";
  if (wrong) return std::unexpected(Error(errors::misuse, wrong));
  return {};
}

Result<Duration> Restarts::after(Error error, Instant begun) {
  if (policy_.restart_on && error.split(*policy_.restart_on).rest)
    return std::unexpected(std::move(error));
  if (now() - begun >= policy_.reset_after) {
    delay_ = policy_.initial_delay;
    count_ = 0;
  }
  if (count_ == policy_.max_restarts)
    return std::unexpected(
        Error(errors::gave_up, join_text("still failing after ", count_, " restarts"))
            .with_cause(std::move(error)));
  if (policy_.max_restarts != RestartPolicy::no_limit) ++count_;
  const auto next = static_cast<double>(delay_.nanoseconds()) * policy_.factor;
  // A product that is too large for a Duration becomes `forever`.
  const Duration longer = std::chrono::duration<double, std::nano>(next);
  return std::exchange(delay_, std::min(longer, policy_.max_delay));
}

} // namespace detail
WASIO_END
