#include <wasio/detail/wait_line.h>

WASIO_BEGIN
namespace detail {

WaitLine::~WaitLine() {
  while (LineWait* const wait = waits_.first()) {
    remove(*wait);
    wait->fail(
        Error(errors::misuse, "destroyed while a task waits for it; it must outlive its waiters"));
  }
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

LineWait* WaitLine::first() const {
  LineWait* first = waits_.first();
  while (first && first->is_held_back()) [[unlikely]]
    first = List<LineWait>::after(*first);
  return first;
}

LineWait* WaitLine::take_first() {
  LineWait* const first = this->first();
  if (first) remove(*first);
  return first;
}

std::size_t WaitLine::count_takeable() const {
  std::size_t count = 0;
  for (const LineWait* wait = waits_.first(); wait; wait = List<LineWait>::after(*wait))
    if (!wait->is_held_back()) ++count;
  return count;
}

Wait::Stop LineWait::stop() {
  leave_line();
  return Stop::stopped;
}

} // namespace detail
WASIO_END
