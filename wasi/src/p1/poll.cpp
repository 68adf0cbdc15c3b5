// Waiting with `poll_oneoff`, restricted to what works the same on all hosts:
//
//   - One descriptor per call. node:wasi waits until all of several are ready, and crashes if a
//     closed one precedes another.
//   - One clock per call, relative and monotonic, in whole milliseconds rounded up. Absolute and
//     wall-clock deadlines hang on some hosts; node:wasi truncates fractions and wakes early, so
//     the clock is read again after every wait.
//   - The answer is found by `userdata` in zeroed memory: not every host reports how many events
//     there are, and one error can be the answer to the whole call.
//   - A descriptor that cannot be polled counts as ready (node:wasi: files and /dev/null).
#include "descriptor.h"
#include "poll_loop.h"

#include <algorithm>
#include <chrono>
#include <wasi/api.h>

WASIO_BEGIN
namespace wasi {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t millisecond = 1'000'000;
constexpr Duration longest_wait = 24h;
// Several descriptors are polled one by one, and none is waited for longer than this.
constexpr Duration turn_of_one = 5ms;

constexpr __wasi_userdata_t about_clock = 1;
constexpr __wasi_userdata_t about_descriptor = 2;

__wasi_subscription_t clock_after(Duration span) {
  const std::int64_t nanoseconds = std::min(span, longest_wait).nanoseconds();
  const std::int64_t rounded = (nanoseconds + millisecond - 1) / millisecond * millisecond;
  __wasi_subscription_t subscription = {};
  subscription.userdata = about_clock;
  subscription.u.tag = __WASI_EVENTTYPE_CLOCK;
  subscription.u.u.clock.id = __WASI_CLOCKID_MONOTONIC;
  subscription.u.u.clock.timeout = static_cast<__wasi_timestamp_t>(rounded);
  return subscription;
}

__wasi_subscription_t readiness_of(const Interest& interest) {
  __wasi_subscription_t subscription = {};
  subscription.userdata = about_descriptor;
  if (interest.to_write) {
    subscription.u.tag = __WASI_EVENTTYPE_FD_WRITE;
    subscription.u.u.fd_write.file_descriptor = interest.descriptor;
  } else {
    subscription.u.tag = __WASI_EVENTTYPE_FD_READ;
    subscription.u.u.fd_read.file_descriptor = interest.descriptor;
  }
  return subscription;
}

void sleep_for(Duration span) {
  if (span == Duration()) return;
  const __wasi_subscription_t clock = clock_after(span);
  __wasi_event_t event = {};
  __wasi_size_t count = 0;
  (void)__wasi_poll_oneoff(&clock, &event, 1, &count);
}

enum class Answer : std::uint8_t { ready, quiet, unpollable };

Answer ask(const Interest& interest, Duration patience) {
  // node:wasi reports the clock as due immediately if the descriptor beside it is closed.
  if (!is_open(interest.descriptor)) return Answer::unpollable;
  const __wasi_subscription_t asked[] = {readiness_of(interest), clock_after(patience)};
  __wasi_event_t events[2] = {};
  __wasi_size_t unreliable = 0;
  const __wasi_errno_t error = __wasi_poll_oneoff(asked, events, 2, &unreliable);
  if (error == __WASI_ERRNO_INTR) return Answer::quiet;
  if (error != __WASI_ERRNO_SUCCESS) return Answer::unpollable;
  const bool ready = std::ranges::any_of(
      events, [](const auto& event) { return event.userdata == about_descriptor; });
  return ready ? Answer::ready : Answer::quiet;
}

// Whether a poll that does not wait sees ready descriptors. On node:wasi it does not, because the
// clock comes first; a look then takes a millisecond. Learned from the first ready descriptor.
enum class Glance : std::uint8_t { unknown, sees, blind };
constinit Glance glance = Glance::unknown;

Answer ask_and_learn(const Interest& interest, Duration patience) {
  const Duration least = glance == Glance::sees ? Duration() : Duration(1ms);
  const Answer answer = ask(interest, std::max(patience, least));
  if (glance == Glance::unknown && answer == Answer::ready)
    glance = ask(interest, Duration()) == Answer::ready ? Glance::sees : Glance::blind;
  return answer;
}

// Asks for at most `patience`, and notifies the handle unless it is quiet.
void get_on(IoHandle& handle, Duration patience, const bool& progressed) {
  const Answer answer = ask_and_learn(handle.interest(), patience);
  if (answer == Answer::quiet) return;
  handle.report_ready();
  if (answer == Answer::unpollable && !progressed) sleep_for(std::min(patience, turn_of_one));
}

} // namespace

Instant PollLoop::now() {
  __wasi_timestamp_t time = 0;
  (void)__wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 1, &time);
  return Instant::at(static_cast<std::int64_t>(time));
}

void PollLoop::look() {
  wait_until(Instant::at(0));
}

bool PollLoop::wait_until(Instant deadline) {
  if (living_ == 0 && deadline.is_never()) return false;
  IoHandle* handle = handles_.first();
  if (!handle) sleep_for(deadline - now());
  const bool alone = handle && !detail::List<IoHandle>::after(*handle);
  const Duration most = alone ? longest_wait : turn_of_one;
  progressed_ = false;
  while (handle) {
    IoHandle* const next = detail::List<IoHandle>::after(*handle);
    const bool may_wait = !next && !progressed_;
    get_on(*handle, may_wait ? std::min(deadline - now(), most) : Duration(), progressed_);
    handle = next;
  }
  return true;
}

} // namespace wasi
WASIO_END
