// The primitive beneath everything that waits: waits for an event, and can be told to stop waiting.
//
// clang-format off
//   state    | what is happening                 | complete, fail | a cancel reaches the task
//   ---------+-----------------------------------+----------------+------------------------------
//   idle     | not begun, no effect yet          | misuse         | ends it in the task's turn
//   arming   | `start` is running                | -> granted     | calls `stop` once it is armed
//   branch   | the same, in a `select` or `race` | -> granted, S  | -> leaving
//   leaving  | another branch won: `stop` runs   | misuse         | nothing: -> stopped
//   armed    | waits for the event               | -> granted, Q  | -> stopping; calls `stop`
//   stopping | `stop` was called                 | -> granted, Q  | nothing: `stop` was called
//   refused  | cannot be stopped, still waits    | -> granted, Q  | nothing: `stop` was called
//   granted  | event came, turn still to come    | misuse         | nothing: the value wins
//   stopped  | ended by a cancel                 | misuse         | nothing
//
//   `stop` returns
//     stopped   -> stopped, Q: the event can no longer arrive
//     later     remains stopping until `complete`, `fail`, or `confirm_stop` (-> stopped, Q)
//     refused   -> refused: the event is delivered, and the next checkpoint ends the work
//   Q: the task goes to the back of the ready queue. Misuse panics in debug builds.
//   S: as Q, and the other branches are stopped inside the call.
// clang-format on
#pragma once

#include <wasio/detail/frame.h>

WASIO_BEGIN
namespace detail {
class WaitBranches;
} // namespace detail

// One operation of one task, which lives in the awaiting frame from `co_await` until it ends. A
// derived class defines `start`, `stop` and `await_resume`, and is then a checkpoint like those of
// the library: it ends without effect in a cancelled scope, and it yields when the task has used up
// its budget. docs/awaitables.md has the rules with examples.
//
// - `await_resume` is called in the task's own turn after `complete`, and returns the value:
//   nothing, a T, or a T&. After `fail` or a cancel it is not called.
// - The object may be copied and moved before it is awaited, and combinators move it. From then on
//   it stays in place, and the event may hold its address. Awaited again, it begins anew.
// - The destructor must undo `start` if the wait is still `pending()`: that happens when a runtime
//   is destroyed with work in it.
// - Code that awaits several things is a Task, not a Wait. A type that only represents an
//   operation, such as a handle, declares `using wasio_awaitable = void;` and has an
//   `operator co_await` that returns the Wait.
class Wait {
 public:
  enum class Stop : std::uint8_t { stopped, later, refused };

  // Whether `stop` always returns `stopped`. A derived class that says true can be a branch of
  // `select`, and of `race` without a task of its own. An event that does more than to complete the
  // wait then does it after `complete`, which may stop other waits.
  static constexpr bool always_stops = false;

  Wait() = default;
  // Only before it is awaited. A derived type may be move-only.
  Wait(const Wait&) = default;
  Wait(Wait&&) = default;
  Wait& operator=(const Wait&) = delete;

  bool await_ready() const noexcept { return false; }
  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> waiting) {
    return enter(detail::frame_of(waiting));
  }

 protected:
  ~Wait() = default;

  // Begins the operation: called once each time it is awaited, unless a cancel comes first. Must
  // either call `complete` or `fail` immediately, or arm an event that will do so later. Must not
  // run user code.
  virtual void start() = 0;
  // Called when a cancel reaches the task while the wait is armed, at most once per await; the
  // event or the confirmation may arrive inside the call. Must not run user code. Returns an answer
  // from the table; before returning `stopped`, ensure that nothing refers to this object any more.
  virtual Stop stop() = 0;
  // A word for what it waits for, for readers of the task tree (`TaskRef::waits_for`).
  virtual std::string_view what() const { return "event"; }

  // The event has arrived. Runs no task: this one continues in its own turn, and this object exists
  // at least until then. May be called from a task, a timer, or a callback of the host. O(1).
  void complete();
  // The same, but the operation fails: the `co_await` raises the error. O(1).
  void fail(Error error);
  // The stop that `stop` answered with `later` is complete, and no event will come. O(1).
  void confirm_stop();

  // Whether an event may still arrive: `start` armed one and nothing has ended the wait.
  bool pending() const { return state_ >= State::branch && state_ <= State::refused; }

  // Whether it must not be granted now, although it is armed: its task is arming other branches,
  // whose effects are no events for this one, or another branch has won.
  bool is_held_back() const {
    return state_ == State::leaving || (state_ == State::branch && task_is_arming());
  }

  // The task that awaits it.
  detail::TaskRecord& task() const { return *task_; }

 private:
  friend detail::TaskRecord;
  friend detail::WaitBranches;
  enum class State : std::uint8_t {
    idle,
    arming,
    branch,
    leaving,
    armed,
    stopping,
    refused,
    granted,
    stopped
  };

  // Begins in `frame`, if the task's scope and budget allow it. False: it has already completed.
  bool enter(detail::Frame& frame);
  void ask_to_stop();
  void start_as_branch(detail::TaskRecord& task);
  void leave_as_branch();
  void stop_as_branch();
  void grant();
  void end_by_cancel();
  bool task_is_arming() const;

  detail::TaskRecord* task_ = nullptr;
  State state_ = State::idle;
};

WASIO_END
