#include <wasio/detail/wait_line.h>

WASIO_BEGIN
namespace detail {

WaitLine::~WaitLine() {
  while (LineWait* const wait = take_first())
    wait->fail(
        Error(errors::misuse, "destroyed while a task waits for it; it must outlive its waiters"));
}

void WaitLine::add(LineWait& wait) {
  waits_.add(wait);
  ++size_;
  wait.line_ = this;
}

void WaitLine::remove(LineWait& wait) {
  waits_.remove(wait);
  --size_;
  wait.line_ = nullptr;
}

LineWait* WaitLine::take_first() {
  LineWait* const first = waits_.first();
  if (first) remove(*first);
  return first;
}

Wait::Stop LineWait::stop() {
  leave_line();
  return Stop::stopped;
}

} // namespace detail
WASIO_END
