// Something that happens once, for all who wait for it.
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

// A flag that tasks wait for. It must outlive them: who still waits when it is destroyed fails with
// `misuse`.
class Event {
 public:
  // All who wait go on, in the order in which they came, and so does everyone who comes later.
  // Runs nothing. O(waiting).
  void set();
  // Who comes later waits again. Who waited at the time of a `set` goes on all the same.
  void clear() { set_ = false; }
  bool is_set() const { return set_; }

  // Waits until it is set. Cancel point, and schedule point if it waits. O(1).
  detail::EventWait wait() { return detail::EventWait(*this); }
  std::size_t waiting() const { return line_.size(); }

 private:
  friend detail::EventWait;
  bool set_ = false;
  detail::WaitLine line_;
};

WASIO_END
