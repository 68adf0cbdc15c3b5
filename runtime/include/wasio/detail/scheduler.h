// Which task runs next: the queue of ready tasks, and the turns that the loop calls for.
#pragma once

#include <wasio/detail/idle_hook.h>
#include <wasio/detail/observers.h>
#include <wasio/detail/task_set.h>
#include <wasio/detail/timers.h>
#include <wasio/loop.h>

#include <memory>

WASIO_BEGIN

class Runtime;

namespace detail {

struct Grace;

// Tasks in FIFO order, linked through themselves. O(1) each.
class ReadyQueue {
 public:
  ReadyQueue() = default;
  ReadyQueue(const ReadyQueue&) = delete;
  ReadyQueue& operator=(const ReadyQueue&) = delete;

  bool empty() const { return first_ == nullptr; }
  void add(TaskRecord& task) {
    task.next_ready_ = nullptr;
    *end_ = &task;
    end_ = &task.next_ready_;
  }
  // There must be one.
  TaskRecord& take_first() {
    TaskRecord& task = *first_;
    first_ = task.next_ready_;
    if (!first_) end_ = &first_;
    return task;
  }

 private:
  TaskRecord* first_ = nullptr;
  TaskRecord** end_ = &first_; // where the next one is linked in
};

// The scheduler of one runtime. The loop calls `turn`; a turn takes the first task out of the
// queue, has it make a step (`TaskRecord::run`), and so on until no task is ready or the loop wants
// its thread back:
//
//   loop --> turn --> fire due timers --> step, step, ... (64) --> clock, I/O, timers --> step, ...
//              ^                                                                      |
//              |      nothing ready: the loop's alarm is set, the turn ends           |
//              +----------------------------------------------------------------------+
//
// Whatever wakes a task (a timer, a callback of the host, another task) only queues it. One queue
// makes passes by itself: what becomes ready during a step goes behind what is ready already.
class Scheduler {
 public:
  Scheduler(Runtime& runtime, Loop& loop);
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;
  // Work still in it is destroyed, children before parents, without being asked.
  ~Scheduler();

  // The one whose turn it is. The second panics outside of a turn.
  static Scheduler* current_or_null() { return current_; }
  static Scheduler& current();
  // The task that is running, in whatever runtime; null between steps.
  static TaskRecord* running() { return running_; }

  // One turn; never from inside a turn. True: some task is still ready.
  bool turn();
  // The task is queued behind those that are ready. O(1).
  void queue(TaskRecord& task) {
    if (!plain_) [[unlikely]]
      return queue_specially(task);
    ready_.add(task);
  }
  // For the idle hook: the same without asking it, and the first of the queue or null.
  void queue_now(TaskRecord& task) { ready_.add(task); }
  TaskRecord* take_ready() { return ready_.empty() ? nullptr : &ready_.take_first(); }
  // The task makes its first step inside the call. False: it cannot, the runtime is being
  // destroyed.
  bool step_now(TaskRecord& task);
  // Something happened outside of a turn that a turn must look at.
  void request_turn();

  Runtime& runtime() const { return runtime_; }
  Loop& loop() const { return loop_; }
  Timers& timers() { return timers_; }
  TaskSet& root() { return root_; }
  List<Grace>& graces() { return graces_; }
  bool in_turn() const { return in_turn_; }
  bool idle() const { return root_.empty(); }
  std::uint32_t next_task_id() { return ++last_task_id_; }

  // Null: nothing watches.
  Observers* observers() const { return observers_.get(); }
  void set_observers(std::unique_ptr<Observers> observers);
  IdleHook* idle_hook() const { return idle_hook_.get(); }
  void set_idle_hook(std::unique_ptr<IdleHook> hook);

  // While it lives it is this scheduler's turn, whosever it was before.
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
  // While it lives the task is the running one.
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
  void update_plain() { plain_ = in_turn_ && !closing_ && !observers_ && !idle_hook_; }

  static constinit Scheduler* current_;
  static constinit TaskRecord* running_;

  Runtime& runtime_;
  Loop& loop_;
  ReadyQueue ready_;
  // Invariant: in a turn, not closing, and with neither observers nor hook. Steps and `queue` look
  // at nothing else then.
  bool plain_ = false;
  bool in_turn_ = false;
  bool closing_ = false; // the destructor runs: nothing becomes ready any more
  bool turn_requested_ = false;
  std::uint32_t last_task_id_ = 0;
  std::unique_ptr<Observers> observers_;
  std::unique_ptr<IdleHook> idle_hook_;
  Timers timers_{*this};
  List<Grace> graces_; // of the cancelled nodes in this runtime
  Root root_;
};

Scheduler& scheduler_of(Runtime& runtime);

inline void TaskRecord::requeue(RunState as) {
  state_ = as;
  scheduler_->queue(*this);
}

// The budget does not matter: this yields anyway. Inline, because in a switch from task to task the
// call would be a fifth of the whole.
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
