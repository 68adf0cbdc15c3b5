// Which task runs next: the ready queue, and the turns that the loop calls.
#pragma once

#include <wasio/detail/idle_hook.h>
#include <wasio/detail/observers.h>
#include <wasio/detail/random.h>
#include <wasio/detail/task_set.h>
#include <wasio/detail/timers.h>
#include <wasio/loop.h>

#include <memory>

WASIO_BEGIN

class Runtime;

namespace detail {

struct Grace;

// A FIFO of tasks, linked through the tasks themselves. Each operation is O(1).
class ReadyQueue {
 public:
  ReadyQueue() = default;
  ReadyQueue(const ReadyQueue&) = delete;
  ReadyQueue& operator=(const ReadyQueue&) = delete;

  bool empty() const { return first_ == nullptr; }
  // Moves the tasks of `other` behind these.
  void take_over(ReadyQueue& other) {
    if (other.empty()) return;
    *end_ = std::exchange(other.first_, nullptr);
    end_ = std::exchange(other.end_, &other.first_);
  }
  void add(TaskRecord& task) {
    task.next_ready_ = nullptr;
    *end_ = &task;
    end_ = &task.next_ready_;
  }
  // The queue must not be empty.
  TaskRecord& take_first() {
    TaskRecord& task = *first_;
    first_ = task.next_ready_;
    if (!first_) end_ = &first_;
    return task;
  }

 private:
  TaskRecord* first_ = nullptr;
  TaskRecord** end_ = &first_; // the link to set when a task is added
};

// The scheduler of one runtime. A wake-up (by a timer, a host callback or another task) never runs
// a task; it only queues it. Tasks run in turns, which the loop calls. A turn takes the first task
// from the queue, runs it until it waits, yields or ends (a step), and repeats that until no task
// is ready or the loop wants its thread back:
//
//     turn() --> fire due timers --> a task is ready? --no--> set the loop's alarm, end the turn
//                      ^                    | yes
//                      |                    v
//                      |              step, step, ...  (64 at most)
//                      |                    |
//                      +--- after 64: the loop looks at its I/O, and may end the turn
//
// One FIFO makes passes by itself: a task that becomes ready during a step is queued behind all
// that are ready already, so it runs again only after each of them has made its step.
class Scheduler {
 public:
  Scheduler(Runtime& runtime, Loop& loop);
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;
  // Destroys the tasks still in it, children before parents, without asking them.
  ~Scheduler();

  // The scheduler whose turn it is. `current` panics outside a turn.
  static Scheduler* current_or_null() { return current_; }
  static Scheduler& current();
  // The running task, of whichever runtime; null between steps.
  static TaskRecord* running() { return running_; }

  // Runs one turn; never call it inside a turn. Returns whether a task is still ready.
  bool turn();
  // Queues the task behind those that are ready. O(1).
  void queue(TaskRecord& task) {
    if (!plain_) [[unlikely]]
      return queue_specially(task);
    ready_.add(task);
  }
  // For the idle hook: `queue` without asking the hook; the first task, taken out of the queue, or
  // null.
  void queue_now(TaskRecord& task) { ready_.add(task); }
  TaskRecord* take_ready() { return ready_.empty() ? nullptr : &ready_.take_first(); }
  // Runs the task's first step inside the call. False: it cannot, because the runtime is being
  // destroyed.
  bool step_now(TaskRecord& task);
  // The running step takes long, so the loop must look at its I/O as soon as the tasks that are
  // ready now have made their steps, and not only after 64. The order of steps does not change.
  void look_soon();
  // Something happened outside a turn that a turn must handle. Does nothing inside a turn.
  void request_turn();

  Runtime& runtime() const { return runtime_; }
  Loop& loop() const { return loop_; }
  Timers& timers() { return timers_; }
  TaskSet& root() { return root_; }
  List<Grace>& graces() { return graces_; }
  // Whatever is decided by chance in this runtime. `Runtime::shuffle` sets the seed.
  Random& random() { return random_; }
  bool in_turn() const { return in_turn_; }
  bool idle() const { return root_.empty(); }
  std::uint32_t next_task_id() { return ++last_task_id_; }

  // Null: there are no observers.
  Observers* observers() const { return observers_.get(); }
  void set_observers(std::unique_ptr<Observers> observers);
  IdleHook* idle_hook() const { return idle_hook_.get(); }
  void set_idle_hook(std::unique_ptr<IdleHook> hook);

  // While one exists, this scheduler is the current one, whichever was before.
  class Entered {
   public:
    explicit Entered(Scheduler& scheduler)
        : scheduler_(std::exchange(current_, &scheduler)),
          task_(std::exchange(running_, scheduler_ == &scheduler ? running_ : nullptr)) {}
    Entered(const Entered&) = delete;
    Entered& operator=(const Entered&) = delete;
    ~Entered() {
      current_ = scheduler_;
      running_ = task_;
    }

   private:
    Scheduler* scheduler_;
    TaskRecord* task_;
  };
  // While one exists, `task` is the running one.
  class Running {
   public:
    explicit Running(TaskRecord& task) : before_(std::exchange(running_, &task)) {}
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running() { running_ = before_; }

   private:
    TaskRecord* before_;
  };

 private:
  // Tasks of this set have no parent: their errors go to the unhandled-error hook.
  class Root final : public TaskSet {
    void child_ended(TaskRecord& child, Ending how) override;
    std::string_view what() const override { return "root"; }
  };

  bool has_ready() { return !ready_.empty() || (idle_hook_ && idle_hook_->begin_pass()); }
  bool find_ready(bool after_steps);
  void step_first();
  void step(TaskRecord& task) const;
  void queue_specially(TaskRecord& task);
  void set_in_turn(bool in_turn);
  void end_look();
  void update_plain() {
    plain_ = in_turn_ && !closing_ && !look_soon_ && !observers_ && !idle_hook_;
  }

  static constinit Scheduler* current_;
  static constinit TaskRecord* running_;

  Runtime& runtime_;
  Loop& loop_;
  ReadyQueue ready_;
  ReadyQueue after_look_; // tasks that became ready since `look_soon`; otherwise empty
  // Invariant: set exactly in a turn, while not closing, without `look_soon_`, and with neither
  // observers nor hook. Steps and `queue` then check nothing else.
  bool plain_ = false;
  bool in_turn_ = false;
  bool closing_ = false; // the destructor is running: no task becomes ready any more
  bool look_soon_ = false;
  bool turn_requested_ = false;
  std::uint32_t last_task_id_ = 0;
  std::unique_ptr<Observers> observers_;
  std::unique_ptr<IdleHook> idle_hook_;
  Timers timers_{*this};
  Random random_;
  List<Grace> graces_; // of the cancelled nodes in this runtime
  Root root_;
};

Scheduler& scheduler_of(Runtime& runtime);

inline void TaskRecord::tell(TraceEventKind kind) {
  if (Observers* const observers = scheduler_->observers()) [[unlikely]]
    observers->task_event(kind, *this);
}

// Inline in the turn: most steps only resume a frame.
inline bool TaskRecord::run() {
  state_ = RunState::running;
  budget_ = operation_budget;
  if (next_step_ == Next::resume) [[likely]] {
    top_->handle().resume();
    if (state_ != RunState::running) [[likely]]
      return true;
  }
  return proceed();
}

inline void TaskRecord::requeue(RunState as) {
  state_ = as;
  scheduler_->queue(*this);
}

// The budget does not matter: this yields anyway. Inline, because the call would cost a fifth of a
// switch from task to task.
inline void TaskRecord::yield_in(Frame& frame) {
  suspend_in(frame);
  if (scope_->reached) [[unlikely]] {
    next_step_ = Next::cancel;
  } else {
    requeue(RunState::yielded);
  }
}

} // namespace detail
WASIO_END
