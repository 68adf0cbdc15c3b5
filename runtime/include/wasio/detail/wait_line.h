// First come, first served.
#pragma once

#include <wasio/detail/list.h>
#include <wasio/wait.h>

#include <cstddef>

WASIO_BEGIN
namespace detail {

class LineWait;

// The waits that stand in line for something, the first who came in front. Who leaves it, by its
// turn or by a cancel, makes room for the next; nothing is allocated.
class WaitLine {
 public:
  WaitLine() = default;
  WaitLine(const WaitLine&) = delete;
  WaitLine& operator=(const WaitLine&) = delete;
  // Who still waits fails with `misuse`: what they wait for must outlive them.
  ~WaitLine();

  bool empty() const { return waits_.empty(); }
  LineWait* first() const { return waits_.first(); }
  std::size_t size() const { return size_; }
  void add(LineWait& wait);
  void remove(LineWait& wait);
  LineWait* take_first();

 private:
  List<LineWait> waits_;
  std::size_t size_ = 0;
};

// A wait that may stand in a line. A cancel takes it out at once, without effect.
class LineWait : public Wait, public ListNode<LineWait> {
 public:
  LineWait& operator=(const LineWait&) = delete;

 protected:
  LineWait() = default;
  LineWait(const LineWait& other) : Wait(other), ListNode(other) {} // before it is awaited
  ~LineWait() { leave_line(); }

  Stop stop() override;
  // For what must be done before the parts of a derived wait go: out of the line, if it is in one.
  void leave_line() {
    if (line_) line_->remove(*this);
  }

 private:
  friend WaitLine;
  WaitLine* line_ = nullptr; // while it stands in one
};

} // namespace detail
WASIO_END
