// A running task: its frames, what it does next, and what it waits for.
#pragma once

#include <wasio/detail/context_tree.h>
#include <wasio/detail/counted.h>
#include <wasio/detail/end_watcher.h>
#include <wasio/detail/frame.h>
#include <wasio/detail/list.h>
#include <wasio/detail/observers.h>
#include <wasio/detail/scope_tree.h>
#include <wasio/detail/task_identity.h>
#include <wasio/wait.h>

WASIO_BEGIN
namespace detail {

class ReadyQueue;
class Scheduler;
class TaskSet;

// How many operations a task may complete in one step without yielding. The same on every host, so
// that the order of steps is the same too.
inline constexpr std::uint8_t operation_budget = 64;

// Where a task is. `Next` (frame.h) says what it does when control reaches it. From `unstarted` on,
// the task is in the ready queue.
//
// clang-format off
//   state     | where                   | what is next              | a wake-up | a cancel reaches
//   ----------+-------------------------+---------------------------+-----------+------------------
//   running   | on the stack; or not    | resume while frames run,  | none      | seen at the next
//             | added yet, or ended     | then what they leave it   |           | checkpoint
//   waiting   | no queue: its wait      | resume; joined (in a set) | -> ready  | the wait is asked
//             | refers to it            |                           |           | to stop (wait.h)
//   unstarted | ready queue, first step | begin; resume (a Task)    | none      | seen at the first
//             |                         |                           |           | checkpoint
//   ready     | ready queue             | the wait's outcome: fail, | none      | nothing: the
//             |                         | cancel, resume (a value), |           | outcome counts
//             |                         | joined (the set decides)  |           |
//   ready     | ready queue, because    | arm: begin the operation  | none      | ends in its step,
//             | the budget was used up  |                           |           | as cancelled
//   yielded   | ready queue             | resume                    | none      | next is cancel
// clang-format on
enum class RunState : std::uint8_t { running, waiting, unstarted, ready, yielded };

// One task. Its frames form a stack, linked downwards from the top one, which is the frame that
// runs or waits. Boundaries lie between frames; unwinding goes from one to the next and stops at
// the one that handles the ending. The record itself is the lowest:
//
//     top_ --> frame          innermost coroutine
//                |
//              frame          its awaiter, the lowest frame of the attempt's body
//                |
//              attempt        a boundary, held in the frame below
//                |
//              frame          awaits the attempt
//                |
//              TaskRecord     the task's root boundary: an ending that gets here ends the task
//
// As a node of the scope tree, the record is what a handle's cancel is aimed at. It lives while its
// set runs it or a handle refers to it.
//
// The record is closed. Combinators and waits change it only by these verbs and then return to the
// task's own loop (`run`), the one place where a suspended task is resumed and frames are unwound:
//
//     run_above   put a coroutine on top of a boundary, to be resumed next
//     raise       unwind with an error from here on
//     leave       suspend in a frame and have the loop do something else next
//     wait        suspend in a frame until an operation has ended
//     requeue     go to the back of the ready queue
class TaskRecord : public Boundary,
                   public ListNode<TaskRecord>,
                   public ScopeNode,
                   public LiveObject,
                   public Counted<TaskRecord> {
 public:
  TaskRecord() : ScopeNode(Kind::task), LiveObject(LiveKind::task) {}
  TaskRecord(const TaskRecord&) = delete;
  TaskRecord& operator=(const TaskRecord&) = delete;

  // The verbs.

  // Runs `first` next, above `boundary`; its value goes to `slot`.
  Next run_above(Boundary& boundary, Frame& first, void* slot) {
    first.stand_on(boundary);
    first.slot = slot;
    top_ = &first;
    return Next::resume;
  }
  // Sets the error that unwinds the frames from the top down; or why an ended task has no value.
  Next raise(Error&& error) {
    error_ = std::move(error);
    return Next::fail;
  }
  // For a boundary that takes what was raised: the unwinding ends there, or starts again.
  Error take_error() { return std::move(error_); }
  // Suspends the running task in `frame`. The loop does `next` when control returns to it.
  void leave(Frame& frame, Next next) {
    top_ = &frame;
    next_step_ = next;
  }
  // Keeps the task suspended as it is, but the loop does this instead.
  void decide(Next next) { next_step_ = next; }
  Next next() const { return next_step_; }
  // Suspends the task in `frame` until `wait` has ended. False: it has completed already.
  bool wait(Wait& wait, Frame& frame);
  // Suspends it until `wait`, which needs no `start`, has ended; then the loop does `next`.
  void wait_for(Wait& wait, Next next);
  // The branches of `host`, in which it will wait, are about to be armed.
  void set_wait(Wait& host) { wait_ = &host; }
  // Suspends it in `frame`, at the back of the ready queue, unless a cancel ends the work.
  void yield_in(Frame& frame);
  // Puts it at the back of the ready queue.
  void requeue(RunState as);
  // Whether the running task may do an operation that does not wait, without a Wait: no cancel has
  // reached it, and its budget is not used up. `count_operation` then takes one from the budget.
  bool may_operate() const { return !scope_->reached && budget_ != 0; }
  void count_operation() { --budget_; }
  // Its wait has ended: queues the task, unless it is queued already.
  void wake() {
    if (!queued()) requeue(RunState::ready);
  }

  // Its life cycle.

  // Called before it runs. If there is no memory for the name, only the name is lost.
  void describe(std::string_view name, CallPlace at) {
    spawned_at_ = at;
    if (!name.empty()) [[unlikely]]
      identity_ = TaskIdentity::make(name);
  }
  // Makes the task a member of `set`. It begins with a copy of its spawner's context.
  void join(TaskSet& set, Scheduler& scheduler);
  // Runs the task, which must be the running one, until it waits. False: it has ended and may be
  // gone.
  bool run();
  // Called instead of `join` and `run`: the task ends with this error and never runs.
  void refuse(Error&& why);
  // A cancel has reached the task.
  void ask_to_stop();
  // Destroys the frames without asking the boundaries: the runtime is destroyed with work in it.
  void abandon();
  // Notify the observers. The end of the task is reported where it ends.
  void tell_step_begun();
  void tell_suspended();

  // Its parts.

  Scheduler& scheduler() const { return *scheduler_; }
  std::uint32_t id() const { return id_; }
  CallPlace spawned_at() const { return spawned_at_; }
  // Null: the task has no name, and no TaskRef refers to it.
  TaskIdentity* identity() const { return identity_; }
  // The same, created if needed; null if memory is exhausted.
  TaskIdentity* refer();
  Frame* top() const { return top_; }
  TaskContext& context() { return context_; }
  const TaskContext& context() const { return context_; }
  List<EndWatcher>& end_watchers() { return end_watchers_; }
  const List<EndWatcher>& end_watchers() const { return end_watchers_; }
  // The innermost node around what runs now.
  ScopeNode& scope() const { return *scope_; }
  void set_scope(ScopeNode& innermost) { scope_ = &innermost; }
  // What it waits for, or is arming the branches of.
  Wait& wait() const { return *wait_; }
  // The set that it is in; null once it has ended.
  TaskSet* set() const;

  // What it does.

  bool started() const { return state_ != RunState::unstarted; }
  // It waits, or has not resumed yet after its wait.
  bool suspended() const { return state_ == RunState::waiting || state_ >= RunState::ready; }
  bool queued() const { return state_ >= RunState::unstarted; }
  // A word for what it waits for; empty unless it is suspended.
  std::string_view waits_for() const;
  bool ended() const { return ended_; }
  // The ending of the unwinding in progress; afterwards of the task.
  Ending ending() const { return ending_; }
  const Error& error() const { return error_; }
  // Something receives the error, so it need not be reported.
  bool awaited() const { return awaited_; }
  void set_awaited() { awaited_ = true; }

  Hold before_unwind(TaskRecord&, Ending) final { return Hold::stop; }
  Next body_ended(TaskRecord& task, Ending how) final;
  // Nothing refers to the record any more.
  virtual void no_references() = 0;

 protected:
  ~TaskRecord() {
    if (identity_) leave_identity();
  }

  // For a task whose body is a Task: the first frame exists already.
  void start_with(Frame& first, void* slot) { next_step_ = run_above(*this, first, slot); }
  // That frame, if it has not run.
  Frame* take_unstarted() { return std::exchange(top_, nullptr); }
  // `release_body` has something to do.
  void set_needs_release() { needs_release_ = true; }

  // Creates the first frame, in the task's first step, unless it exists. Null: it cannot.
  virtual Frame* begin() { return nullptr; }
  // Destroys what `begin` was made from; called once, when the task has ended.
  virtual void release_body() {}

 private:
  friend ReadyQueue;

  void suspend_in(Frame& frame) { top_ = &frame; }
  void leave_identity() const;
  void tell_end_watchers();
  bool proceed();
  Next first_step();
  [[gnu::noinline]] Next end_unbegun();
  void arm(Wait& wait);
  Next arm_put_off();
  void tell(TraceEventKind kind);
  Next end_body(Boundary& boundary, Ending how);
  [[gnu::noinline]] Ending cancelled_ending();
  void end(Ending how);
  Next unwind(Next next);
  Boundary* may_unwind(Ending how);
  Boundary* leave_frames(Ending how);
  Boundary* pop_frame();
  void note_hop();
  void leave_scopes();

  // What a switch touches is kept together: with many tasks that saves a cache line.
  Scheduler* scheduler_ = nullptr;
  TaskRecord* next_ready_ = nullptr; // in the ready queue
  Frame* top_ = nullptr;             // before it begins: the first one, if it exists already
  Wait* wait_ = nullptr;             // what it waits for, until it resumes
  ScopeNode* scope_ = this;
  // Invariant: `resume` while its frames run, until one leaves the loop something else to do.
  Next next_step_ = Next::begin;
  RunState state_ = RunState::running;
  std::uint8_t budget_ = 0; // next to `state_`: a step sets both with one store
  Ending ending_ : 2 = Ending::value;
  bool ended_ : 1 = false;
  bool awaited_ : 1 = false;
  bool needs_release_ : 1 = false;
  // Fills the byte, so that one store initializes it.
  [[maybe_unused]] std::uint8_t spare_bits_ : 3 = 0;
  Error error_; // in flight while unwinding; afterwards why the task failed
  List<EndWatcher> end_watchers_;
  TaskContext context_;
  TaskIdentity* identity_ = nullptr; // its name, and what TaskRefs hold
  [[no_unique_address]] CallPlace spawned_at_{};
  std::uint32_t id_ = 0; // numbered by its runtime, from 1
};

// Destroys the top frame; the frame below becomes the top. Returns the boundary between the two;
// null if there is none.
inline Boundary* TaskRecord::pop_frame() {
  Frame& frame = *top_;
  Boundary* const boundary = frame.at_boundary() ? &frame.boundary() : nullptr;
  Frame* const below = frame.next_below(*this);
  frame.handle().destroy();
  top_ = below;
  return boundary;
}

} // namespace detail
WASIO_END
