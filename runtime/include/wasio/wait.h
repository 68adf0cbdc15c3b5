// The primitive below everything that waits: wait for an event, with a function that asks it to
// stop.
//
// clang-format off
//   state    | what is going on                  | complete, fail | a cancel reaches the task
//   ---------+-----------------------------------+----------------+-----------------------------
//   idle     | not begun; no effect yet          | misuse         | ends it at its turn
//   arming   | `start` is running                | -> granted     | asked once it is armed
//   armed    | waits for the event               | -> granted, Q  | -> stopping; `stop` is asked
//   stopping | `stop` was asked                  | -> granted, Q  | nothing: it has been asked
//   refused  | it cannot be stopped, and waits   | -> granted, Q  | nothing: it has been asked
//   granted  | the event came, the turn did not  | misuse         | nothing: the value wins
//   stopped  | ended by a cancel                 | misuse         | nothing
//
//   `stop` answers
//     stopped   -> stopped, Q: the event can grant nothing any more
//     later     stays stopping until `complete`, `fail`, or `confirm_stop` (-> stopped, Q)
//     refused   -> refused: the event is delivered, and the next checkpoint ends the work
//   Q: the task goes to the back of the ready queue. Misuse panics in debug builds.
// clang-format on
#pragma once

#include <wasio/detail/frame.h>

WASIO_BEGIN

// One operation of one task, alive in the awaiting frame from `co_await` to its end. Derive from
// it, give `start`, `stop` and an `await_resume`, and it is a checkpoint like those of the library:
// it ends without effect in a cancelled scope, and it gives way when the task has used up its
// budget. docs/awaitables.md has the rules with examples.
//
// - `await_resume` is called in the task's own turn after `complete`, and gives the value: nothing,
//   a T, or a T&. After `fail` or a cancel it is not called.
// - The object may be copied and moved before it is awaited, and combinators move it; from then on
//   it stays where it is, and the event may hold its address. Awaited again it begins anew.
// - The destructor must undo `start` if the wait is still `pending()`: that happens when a runtime
//   is destroyed with work in it.
// - What awaits several things is no Wait but a Task. What only stands for an operation, as a
//   handle does, says `using wasio_awaitable = void;` and has an `operator co_await` that gives the
//   Wait.
class Wait {
 public:
  enum class Stop : std::uint8_t { stopped, later, refused };

  Wait() = default;
  // Before it is awaited. A derived type may be move-only.
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

  // Begins the operation: called once for each time it is awaited, unless a cancel comes first. It
  // either calls `complete` or `fail` at once, or arms an event that will do so later. Runs no user
  // code.
  virtual void start() = 0;
  // A cancel has reached the task while the wait was armed. Asked at most once; the event or the
  // confirmation may come inside it. Runs no user code. Answers as in the table; who says `stopped`
  // has made sure that nothing refers to this object any more.
  virtual Stop stop() = 0;
  // What it waits for, a word, for those who read the tree of tasks (`TaskRef::waits_for`).
  virtual std::string_view what() const { return "event"; }

  // The event has come. Runs nothing: the task goes on in a turn of its own, and this object stays
  // at least until then. May be called from a task, a timer, or a callback of the host. O(1).
  void complete();
  // The same, and the operation fails: the error comes out of the `co_await`. O(1).
  void fail(Error error);
  // What `stop` put off until later is over now, without an event. O(1).
  void confirm_stop();

  // An event may still come: `start` armed one and nothing has ended the wait.
  bool pending() const { return state_ >= State::armed && state_ <= State::refused; }

  // The task that awaits it.
  detail::TaskRecord& task() const { return *task_; }

 private:
  friend detail::TaskRecord;
  enum class State : std::uint8_t { idle, arming, armed, stopping, refused, granted, stopped };

  // Begins in `frame`, as far as the task's scope and budget let it. False: it has completed.
  bool enter(detail::Frame& frame);
  void ask_to_stop();
  void grant();
  void end_by_cancel();

  detail::TaskRecord* task_ = nullptr;
  State state_ = State::idle;
};

WASIO_END
