#include <wasio/pacer.h>

#include <algorithm>

WASIO_BEGIN

using Does = detail::Pace::Does;

void detail::Pace::leave(Frame& frame) const {
  if (does_ == Does::fail)
    return leave_with_error(frame, Error(errors::misuse, "Pacer: the budget is NaN"));
  Scheduler::current().look_soon();
  Scheduler::running()->yield_in(frame);
}

// While the calls between two looks at the clock take less than a sixteenth of the budget, the next
// look comes after twice as many of them; if they take more than a quarter, after half as many.
Does Pacer::decide() {
  constexpr std::uint32_t max_stride = 64;
  constexpr std::uint32_t max_calls = 4096;
  if (count_ != 0) {
    left_ = count_;
    return Does::yield;
  }
  if (budget_.is_nan()) return Does::fail;
  const Instant look = now();
  const bool first = stride_ == 0;
  if (first) ends_ = look + budget_;
  calls_ += stride_;
  const Duration taken = first ? Duration() : look - last_look_;
  last_look_ = look;
  if (taken > Duration::nanoseconds(budget_.nanoseconds() / 4)) {
    stride_ = std::max(stride_ / 2, 1U);
  } else if (first || taken < Duration::nanoseconds(budget_.nanoseconds() / 16)) {
    stride_ = std::clamp(stride_ * 2, 1U, max_stride);
  }
  left_ = stride_;
  if (look < ends_ && calls_ < max_calls) return Does::go_on;
  calls_ = 0;
  ends_ = look + budget_;
  return Does::yield;
}

WASIO_END
