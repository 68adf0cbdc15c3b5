// Waiting until nothing else can go on.
#pragma once

#include <wasio/list.h>
#include <wasio/wait.h>

WASIO_BEGIN
namespace detail {

class [[nodiscard]] AllBlocked final : public Wait, public ListNode<AllBlocked> {
 public:
  AllBlocked() = default;
  AllBlocked(const AllBlocked& other) : Wait(other), ListNode() {}
  AllBlocked& operator=(const AllBlocked&) = delete;
  ~AllBlocked() {
    if (pending()) leave_line();
  }
  void await_resume() const noexcept {}
  void wake() { complete(); }

 private:
  std::string_view what() const override { return "all tasks blocked"; }
  void start() override;
  Stop stop() override;
  void leave_line();
};

} // namespace detail

// `co_await wait_all_tasks_blocked()` goes on when every other task of this runtime waits for
// something: no task is ready, and no timer is due. What others wait for from the host, such as
// input, may come at any time and does not count; and a MockClock does not jump before. If several
// tasks wait so, all of them go on, in the order in which they came. Cancel point and schedule
// point; a cancel ends it at once. O(1).
inline detail::AllBlocked wait_all_tasks_blocked() {
  return {};
}

WASIO_END
