// A flag that tasks can wait for.
#pragma once

#include <wasio/detail/wait_line.h>

WASIO_BEGIN

class Event;

namespace detail {
class [[nodiscard("a wait begins only when it is awaited")]] EventWait final : public LineWait {
 public:
  explicit EventWait(Event& event) : event_(&event) {}
  void await_resume() const noexcept {}

 private:
  friend Event;
  std::string_view what() const override { return "event"; }
  void start() override;

  Event* event_;
};
} // namespace detail

// A flag that tasks wait for. Must outlive its waiters: those still waiting when it is destroyed
// fail with `misuse`.
class Event {
 public:
  // Wakes all waiters in FIFO order; later waits complete immediately. Runs no task. O(waiting).
  void set();
  // Later waiters block again; tasks already released by `set` still resume.
  void clear() { set_ = false; }
  bool is_set() const { return set_; }

  // Waits until the flag is set. Cancel point, and schedule point if it waits. O(1).
  detail::EventWait wait() { return detail::EventWait(*this); }
  std::size_t waiting() const { return line_.size(); }

 private:
  friend detail::EventWait;
  bool set_ = false;
  detail::WaitLine line_;
};

WASIO_END
