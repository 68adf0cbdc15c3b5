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

// How many operations a task may complete without yielding since it was last resumed; the same on
// every host, so that the order of steps is too.
inline constexpr std::uint8_t operation_budget = 64;

// Where a task is. `Next` (frame.h) says what it does when control comes to it.
//
// clang-format off
//   state     | where                       | what is next               | a wake-up | a cancel reaches it
//   ----------+-----------------------------+----------------------------+-----------+-----------------------
//   running   | on the stack; or not added  | resume, while frames run;  | none      | seen at the next
//             | yet, or ended               | then what they left behind |           | checkpoint
//   unstarted | ready queue, first step     | begin; resume (a Task)     | none: it  | runs to its first
//             |                             |                            | is queued | checkpoint
//   waiting   | nowhere: its wait holds it  | resume; joined (in a set)  | -> ready  | the wait is asked to
//             |                             |                            |           | stop (wait.h)
//   ready     | ready queue                 | resume, joined: the event  | none      | nothing: the value
//             |                             | came; fail, cancel: it did |           | wins
//             |                             | not; arm: put off          |           | arm: ends in its turn
//   yielded   | ready queue                 | resume                     | none      | -> cancel
// clang-format on
enum class RunState : std::uint8_t { running, waiting, unstarted, ready, yielded };

// One task. Its frames form a stack, linked downwards from the top one, which is what runs or
// waits; boundaries stand between frames, and the record itself is the lowest of them:
//
//     top_ --> frame          innermost coroutine
//              frame          its awaiter
//              attempt        a boundary, held in the frame below
//              frame
//              TaskRecord     the task's root boundary
//
// As a node of the scope tree the record is what a handle's cancel is aimed at. It lives while its
// set runs it or a handle refers to it.
//
// The record is closed. Combinators and waits change it by these verbs only; each returns to the
// task's own loop (`run`), which is the one place where frames are resumed and destroyed:
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

  // `first` runs next, above `boundary`; its value goes to `slot`.
  Next run_above(Boundary& boundary, Frame& first, void* slot) {
    first.stand_on(boundary);
    first.slot = slot;
    top_ = &first;
    return Next::resume;
  }
  // What unwinds the frames from the top down; also why an ended task has no value.
  Next raise(Error&& error) {
    error_ = std::move(error);
    return Next::fail;
  }
  // A boundary takes what was raised: the unwinding ends there, or begins anew.
  Error take_error() { return std::move(error_); }
  // The running task is suspended in `frame`. The loop does `next` when control comes back to it.
  void leave(Frame& frame, Next next) {
    top_ = &frame;
    next_step_ = next;
  }
  // Suspended as before: the loop does this instead.
  void decide(Next next) { next_step_ = next; }
  Next next() const { return next_step_; }
  // Suspended in `frame` until `wait` has ended. False: it has completed already.
  bool wait(Wait& wait, Frame& frame);
  // Suspended until `wait`, which needs no `start`, has ended; then the loop does `next`.
  void wait_for(Wait& wait, Next next);
  // Suspended in `frame`, at the back of the ready queue, unless a cancel ends the work.
  void yield_in(Frame& frame);
  // To the back of the ready queue.
  void requeue(RunState as);
  // The same, if it is in no queue yet: its wait has ended.
  void wake() {
    if (!queued()) requeue(RunState::ready);
  }

  // Its life.

  // Before it runs. Without memory for it the name is lost, and nothing else.
  void describe(std::string_view name, CallPlace at) {
    spawned_at_ = at;
    if (!name.empty()) [[unlikely]]
      identity_ = TaskIdentity::make(name);
  }
  // The task belongs to `set` from now on, and begins with a copy of its spawner's context.
  void join(TaskSet& set, Scheduler& scheduler);
  // Runs the task, which is the running one, until it waits. False: it has ended, and may be gone.
  bool run();
  // Instead: it ends unrun with this error.
  void refuse(Error&& why);
  // A cancel has reached the task.
  void ask_to_stop();
  // Takes the frames down without asking anyone; for a runtime that is destroyed with work in it.
  void abandon();
  // For the observers; what ends the task tells them its end.
  void tell_step_begun();
  void tell_suspended();

  // Its parts.

  Scheduler& scheduler() const { return *scheduler_; }
  std::uint32_t id() const { return id_; }
  CallPlace spawned_at() const { return spawned_at_; }
  // Null: it has no name, and nothing refers to it.
  TaskIdentity* identity() const { return identity_; }
  // The same, made if need be; null when memory is exhausted.
  TaskIdentity* refer();
  Frame* top() const { return top_; }
  TaskContext& context() { return context_; }
  const TaskContext& context() const { return context_; }
  List<EndWatcher>& end_watchers() { return end_watchers_; }
  const List<EndWatcher>& end_watchers() const { return end_watchers_; }
  // The innermost scope around what runs now.
  ScopeNode& scope() const { return *scope_; }
  void set_scope(ScopeNode& innermost) { scope_ = &innermost; }
  // The set it is a child of; null once it has ended.
  TaskSet* set() const;

  // What it does.

  bool started() const { return state_ != RunState::unstarted; }
  // It waits, or has not continued yet from where it waited.
  bool suspended() const { return state_ == RunState::waiting || state_ >= RunState::ready; }
  bool queued() const { return state_ >= RunState::unstarted; }
  // What it waits for, a word; empty unless it is suspended.
  std::string_view waits_for() const;
  bool ended() const { return ended_; }
  // Of the unwinding in progress; afterwards of the task.
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

  // Of a task that a Task was given to: the first frame exists already.
  void start_with(Frame& first, void* slot) { next_step_ = run_above(*this, first, slot); }
  // That frame, if it has not been run.
  Frame* take_unstarted() { return std::exchange(top_, nullptr); }
  // `release_body` has something to do.
  void set_needs_release() { needs_release_ = true; }

  // Makes the first frame, in the task's first step, if there is none. Null: it cannot.
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
  void end(Ending how);
  Next unwind(Next next);
  Boundary* may_unwind(Ending how);
  Boundary* leave_frames(Ending how);
  Boundary* pop_frame();
  void note_hop();
  void leave_scopes();

  // What a switch touches is kept together: with many tasks that is a cache line less.
  Scheduler* scheduler_ = nullptr;
  TaskRecord* next_ready_ = nullptr; // in the ready queue
  Frame* top_ = nullptr;             // before it begins: the first one, if it exists already
  Wait* wait_ = nullptr;             // while it waits, and until it continues, what it waits for
  ScopeNode* scope_ = this;
  // Invariant: `resume` while its frames run, until one of them leaves something else to the loop.
  Next next_step_ = Next::begin;
  RunState state_ = RunState::running;
  std::uint8_t budget_ = 0; // beside `state_`: a turn sets both with one store
  Ending ending_ : 2 = Ending::value;
  bool ended_ : 1 = false;
  bool awaited_ : 1 = false;
  bool needs_release_ : 1 = false;
  // The rest of the byte, which is then made with one store.
  [[maybe_unused]] std::uint8_t spare_bits_ : 3 = 0;
  Error error_; // in flight while unwinding; afterwards why the task failed
  List<EndWatcher> end_watchers_;
  TaskContext context_;
  TaskIdentity* identity_ = nullptr; // its name, and for those who refer to it
  [[no_unique_address]] CallPlace spawned_at_{};
  std::uint32_t id_ = 0; // counted by its runtime from 1
};

// Destroys the top frame; its caller becomes the top. Returns the boundary that the frame stood on,
// if it stood on one.
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
