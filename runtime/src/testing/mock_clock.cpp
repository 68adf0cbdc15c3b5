#include <wasio/testing/mock_clock.h>

#include <chrono>
#include <cmath>
#include <ctime>

WASIO_BEGIN
namespace {

std::int64_t real_now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

Duration nanoseconds(double count) {
  return std::chrono::duration<double, std::nano>(count);
}

// Not std::this_thread::sleep_for, which is missing on platforms without threads.
void wait_really(Duration span) {
  constexpr std::int64_t second = 1'000'000'000;
  std::timespec time{};
  time.tv_sec = static_cast<std::time_t>(span.nanoseconds() / second);
  time.tv_nsec = static_cast<long>(span.nanoseconds() % second);
  nanosleep(&time, nullptr);
}

} // namespace

Instant MockClock::now() {
  if (rate_ == 0) return start_;
  return start_ + nanoseconds(static_cast<double>(real_now() - real_start_) * rate_);
}

void MockClock::jump(Duration span) {
  if (span.is_nan() || span.is_forever()) panic("MockClock::jump(): the span must be finite");
  start_ = start_ + span;
}

void MockClock::set_rate(double rate) {
  if (!(rate >= 0) || std::isinf(rate))
    panic("MockClock::set_rate(): the rate must be finite, and at least 0");
  start_ = now();
  real_start_ = real_now();
  rate_ = rate;
}

bool MockClock::wait_until(Instant deadline) {
  if (deadline.is_never()) return false;
  const Instant now = this->now();
  if (deadline <= now) return true;
  if (autojump_) {
    jump(deadline - now);
    return true;
  }
  if (rate_ == 0) return false;
  wait_really(nanoseconds(static_cast<double>((deadline - now).nanoseconds()) / rate_));
  return true;
}

WASIO_END
