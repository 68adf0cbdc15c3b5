// Waiting until nothing else can go on.
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
  // Now all others are blocked. Whether they have been for the cushion; else that is awaited.
  bool is_over(bool time_passes);
  // Somebody has gone on meanwhile: the cushion begins anew.
  void restart();
  // It is out of the line.
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

// `co_await wait_all_tasks_blocked()` goes on when every other task of this runtime waits for
// something: no task is ready, and no timer is due. What others wait for from the host, such as
// input, may come at any time and does not count; and a MockClock does not jump before. If several
// tasks wait so, all of them go on, in the order in which they came. Cancel point and schedule
// point; a cancel ends it at once.
//
// With a cushion it goes on when that has been so for such a span without a break: for tasks that
// are all blocked now and then while the host brings one what another has sent. Of several the
// smallest cushion comes first, with those that are equal; that is a break for the others. A
// MockClock stands before it jumps, so nothing can come, and no cushion is waited for then. One
// that is `Duration::forever()` never ends by itself; a NaN fails with `misuse`. O(log timers +
// tasks that wait so).
inline detail::AllBlocked wait_all_tasks_blocked(Duration cushion = {}) {
  return detail::AllBlocked(cushion);
}

WASIO_END
