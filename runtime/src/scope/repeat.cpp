#include <wasio/retry.h>
#include <wasio/supervise.h>

#include <algorithm>

WASIO_BEGIN
namespace detail {
namespace {

Error too_many_restarts(Error last, std::uint32_t restarts) {
  return Error(errors::gave_up, join_text("still failing after ", restarts, " restarts"))
      .with_cause(std::move(last));
}

Error last_attempt_failed(Error last, std::uint32_t repeats) {
  const std::uint32_t attempts = repeats + 1;
  return std::move(last).with_note(
      join_text("(", attempts, attempts == 1 ? " attempt)" : " attempts)"));
}

} // namespace

RepeatRules rules_of(const RestartPolicy& policy) {
  return {.policy = "RestartPolicy",
          .initial_delay = policy.initial_delay,
          .factor = policy.factor,
          .max_delay = policy.max_delay,
          .jitter = policy.jitter,
          .seed = policy.seed,
          .max_repeats = policy.max_restarts,
          .reset_after = policy.reset_after,
          .repeat_on = policy.restart_on,
          .give_up = too_many_restarts};
}

// `max_attempts` 0 becomes a `give_up` of null.
RepeatRules rules_of(const RetryPolicy& policy) {
  const std::uint32_t most = policy.max_attempts;
  return {.policy = "RetryPolicy",
          .initial_delay = policy.initial_delay,
          .factor = policy.factor,
          .max_delay = policy.max_delay,
          .jitter = policy.jitter,
          .seed = policy.seed,
          .max_repeats = most == RetryPolicy::no_limit ? most : most - 1,
          .reset_after = Duration::forever(),
          .repeat_on = policy.retry_on,
          .give_up = most == 0 ? nullptr : last_attempt_failed};
}

Repeats::Repeats(const RepeatRules& rules)
    : rules_(rules), delay_(rules.initial_delay),
      random_(rules.seed + current_task_record().id() * std::uint64_t{0xd1342543de82ef95}) {}

Result<> Repeats::check() const {
  const char* wrong = nullptr;
  if (!rules_.give_up) wrong = "max_attempts must not be 0";
  if (rules_.initial_delay > rules_.max_delay) wrong = "initial_delay is longer than max_delay";
  if (!(rules_.factor >= 1) || rules_.factor > std::numeric_limits<double>::max())
    wrong = "factor must be finite and at least 1";
  if (!(rules_.jitter >= 0 && rules_.jitter <= 1)) wrong = "jitter must be from 0 to 1";
  if (rules_.initial_delay.is_nan() || rules_.max_delay.is_nan() || rules_.reset_after.is_nan())
    wrong = "a duration is NaN";
  if (wrong) return std::unexpected(Error(errors::misuse, join_text(rules_.policy, ": ", wrong)));
  return {};
}

Result<Duration> Repeats::after(Error error, Instant begun) {
  if (rules_.repeat_on && error.split(*rules_.repeat_on).rest)
    return std::unexpected(std::move(error));
  if (now() - begun >= rules_.reset_after) {
    delay_ = rules_.initial_delay;
    count_ = 0;
  }
  if (count_ == rules_.max_repeats)
    return std::unexpected(rules_.give_up(std::move(error), count_));
  if (rules_.max_repeats != RepeatRules::no_limit) ++count_;
  return shortened(next_delay());
}

Duration Repeats::next_delay() {
  const auto next = static_cast<double>(delay_.nanoseconds()) * rules_.factor;
  // A product that is too large for a Duration becomes `forever`.
  const Duration longer = std::chrono::duration<double, std::nano>(next);
  return std::exchange(delay_, std::min(longer, rules_.max_delay));
}

// Whole numbers, so that it is the same on every host.
Duration Repeats::shortened(Duration delay) {
  if (rules_.jitter == 0 || delay.is_forever()) return delay;
  constexpr double whole = 4294967296.0; // 2^32
  const auto share = static_cast<std::uint64_t>(rules_.jitter * whole);
  const std::uint64_t off =
      ((random_.next() >> 32) * share) >> 32; // the part to take off, times 2^32
  const auto span = static_cast<std::uint64_t>(delay.nanoseconds());
  const std::uint64_t less = (span >> 32) * off + (((span & 0xFFFFFFFF) * off) >> 32);
  return Duration::nanoseconds(static_cast<std::int64_t>(span - less));
}

} // namespace detail
WASIO_END
