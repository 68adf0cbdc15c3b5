// A FIFO of waits.
#pragma once

#include <wasio/detail/list.h>
#include <wasio/wait.h>

#include <cstddef>

WASIO_BEGIN
namespace detail {

class LineWait;

// A FIFO of waits, linked through the waits themselves, so nothing is allocated. When one leaves,
// served or cancelled, the next moves up.
class WaitLine {
 public:
  WaitLine() = default;
  WaitLine(const WaitLine&) = delete;
  WaitLine& operator=(const WaitLine&) = delete;
  // The remaining waits fail with `misuse`: the object they wait for must outlive them.
  ~WaitLine();

  bool empty() const { return waits_.empty(); }
  // The first wait that may be granted. Null: there is none.
  LineWait* first() const;
  std::size_t size() const { return size_; }
  // How many `take_first` would return.
  std::size_t count_takeable() const;
  void add(LineWait& wait);
  void remove(LineWait& wait);
  // Takes it out.
  LineWait* take_first();

 private:
  List<LineWait> waits_;
  std::size_t size_ = 0;
};

// A wait that can be in a WaitLine. A cancel removes it immediately, without further effect.
class LineWait : public Wait, public ListNode<LineWait> {
 public:
  static constexpr bool always_stops = true;

  LineWait& operator=(const LineWait&) = delete;

 protected:
  LineWait() = default;
  LineWait(const LineWait& other) : Wait(other), ListNode(other) {} // before it is awaited
  ~LineWait() { leave_line(); }

  Stop stop() override;
  // Leaves the line, if it is in one. Derived destructors call this where it must happen before
  // their members are destroyed.
  void leave_line() {
    if (line_) line_->remove(*this);
  }

 private:
  friend WaitLine;
  WaitLine* line_ = nullptr; // the line that it is in
};

} // namespace detail
WASIO_END
