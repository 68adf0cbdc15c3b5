// Waits until no other task can continue.
#pragma once

#include <wasio/detail/list.h>
#include <wasio/detail/timers.h>
#include <wasio/duration.h>
#include <wasio/wait.h>

WASIO_BEGIN
namespace detail {

class [[nodiscard]] AllBlocked final : public Wait, public ListNode<AllBlocked>, private Timer {
 public:
  explicit AllBlocked(Duration cushion) : cushion_(cushion) {}
  AllBlocked(const AllBlocked&) = default;
  AllBlocked& operator=(const AllBlocked&) = delete;
  ~AllBlocked() {
    if (pending()) leave_line();
  }
  void await_resume() const noexcept {}

  Duration cushion() const { return cushion_; }
  // Called when all other tasks are blocked. Returns whether they have been for the whole cushion;
  // otherwise sets a timer for it.
  bool is_over(bool time_passes);
  // Called when another task has run: the cushion starts over.
  void restart();
  // Completes the wait, which has already left the list.
  void wake();

 private:
  std::string_view what() const override { return "all tasks blocked"; }
  void start() override;
  Stop stop() override;
  void due() override { time_is_up_ = true; }
  void leave_line();

  Duration cushion_;
  bool time_is_up_ = false;
};

} // namespace detail

// `co_await wait_all_tasks_blocked()` completes when every other task of this runtime is blocked:
// no task is ready, and no timer is due. Tasks that wait for the host, for instance for input,
// count as blocked although it may arrive at any time. A MockClock does not jump before this
// completes. If several tasks wait here, all of them are woken, in FIFO order. Cancel point and
// schedule point; a cancel ends it immediately.
//
// With a cushion it completes when that state has lasted for this long without a break: for tasks
// that are all blocked now and then while the host carries a message from one to another. Of
// several waits, those with the smallest cushion complete first, which is a break for the others. A
// MockClock stands still until it jumps, so nothing can arrive, and the cushion is skipped. A
// cushion of `Duration::forever()` never ends by itself; a NaN fails with `misuse`. O(log timers +
// tasks that wait here).
inline detail::AllBlocked wait_all_tasks_blocked(Duration cushion = {}) {
  return detail::AllBlocked(cushion);
}

WASIO_END
