// A running task: what the scheduler, the unwinder and the cancel walk know of it.
#pragma once

#include <wasio/detail/context_tree.h>
#include <wasio/detail/end_watcher.h>
#include <wasio/detail/frame.h>
#include <wasio/detail/list.h>
#include <wasio/detail/scope_tree.h>
#include <wasio/detail/task_identity.h>
#include <wasio/wait.h>

#include <vector>

WASIO_BEGIN

class Runtime;

namespace detail {

// How many operations a task may complete without giving way since it was last resumed; the same on
// every host, so that the order of steps is too.
inline constexpr std::uint8_t operation_budget = 64;

// Where a task is.
enum class Standing : std::uint8_t {
  running,  // it makes its step, or nothing wakes it: not added yet, or ended
  waiting,  // for an event, in `TaskRecord::wait`
  begins,   // in the ready queue for its first step
  ready,    // in the ready queue: the event has come
  gave_way, // in the ready queue, without a value: a cancel still ends it there
};

// One task. Its frames form a stack from `top` down to the boundary that the record itself is; as a
// node of the tree it is what a handle's cancel is aimed at. It lives while its set runs it or
// somebody refers to it (`references`).
struct TaskRecord : Boundary, ListNode<TaskRecord>, ScopeNode, LiveObject {
  // What a switch touches stands together: with many tasks that is a cache line less.
  Runtime* home = nullptr;
  TaskRecord* next_ready = nullptr;
  Frame* top = nullptr;    // before it begins: the first one, if it is there already
  Wait* wait = nullptr;    // while it waits, and until it goes on, what it waits for
  ScopeNode* scope = this; // the innermost scope of the task
  // What it does when its turn comes. Invariant: `resume` while its frames run, until one of them
  // leaves them to its loop with something else to do.
  Next next_step = Next::begin;
  Standing standing = Standing::running;
  std::uint8_t budget = 0;           // beside `standing`: a turn sets both with one store
  Ending ending : 2 = Ending::value; // of the unwinding in progress; afterwards of the task
  bool ended : 1 = false;
  bool awaited : 1 = false;       // somebody gets the error, so nobody needs to report it
  bool needs_release : 1 = false; // `release_body` has something to do
  // The rest of the byte, which is then made with one store.
  [[maybe_unused]] std::uint8_t spare_bits : 3 = 0;
  Error error; // in flight while unwinding; afterwards why the task failed
  List<EndWatcher> end_watchers;
  TaskContext context;
  TaskIdentity* identity = nullptr; // its name, and for those who refer to it
  [[no_unique_address]] CallPlace spawned_at{};
  std::uint32_t id = 0;         // counted by its runtime from 1
  std::uint32_t references = 1; // the set's

  TaskRecord() : ScopeNode(Kind::task), LiveObject(LiveKind::task) {}
  TaskRecord(const TaskRecord&) = delete;
  TaskRecord& operator=(const TaskRecord&) = delete;

  // Runs the task, which is the running one, until it waits. False: it has ended, and may be gone.
  bool run() {
    standing = Standing::running;
    budget = operation_budget;
    if (next_step == Next::resume) [[likely]] {
      top->handle().resume();
      if (standing != Standing::running) [[likely]]
        return true;
    }
    return go_on();
  }
  // For the instruments; what ends it tells them its end.
  void tell_step_begun();
  void tell_suspended();
  // It waits, or has not gone on yet from where it waited.
  bool suspended() const { return standing == Standing::waiting || standing >= Standing::ready; }
  bool queued() const { return standing >= Standing::begins; }
  // What it waits for, a word; empty unless it is suspended.
  std::string_view waits_for() const;
  void ask_to_stop();
  // Takes the frames down without asking anyone; for a runtime that is destroyed with work in it.
  void abandon();

  // Before it runs. Without memory for it the name is lost, and nothing else.
  void describe(std::string_view name, CallPlace at) {
    spawned_at = at;
    if (!name.empty()) [[unlikely]]
      identity = TaskIdentity::make(name);
  }
  // Whose child it is; null once it has ended.
  TaskSet* set() const;

  void hold() { ++references; }
  void drop() {
    if (--references == 0) dispose();
  }

  Hold before_unwind(TaskRecord&, Ending) final { return Hold::stop; }
  Next body_ended(TaskRecord& task, Ending how) final;

 protected:
  ~TaskRecord() {
    if (identity) leave_identity();
  }

  // Makes the first frame, in the task's first step, if there is none. Null: it cannot.
  virtual Frame* begin() { return nullptr; }
  // Destroys what `begin` was made from; called once, when the task has ended.
  virtual void release_body() {}
  // Nobody refers to the record any more.
  virtual void dispose() = 0;

 private:
  void leave_identity() const;
  void tell_end_watchers();
  bool go_on();
  Next first_step();
  [[gnu::noinline]] Next end_unbegun();
  Next arm_put_off();
  Next end_body(Boundary& boundary, Ending how);
  Next unwind(Next next);
  Boundary* may_unwind(Ending how);
  Boundary* leave_frames(Ending how);
  Boundary* pop_frame();
  void note_hop();
  void leave_scopes();
  friend TaskSet;
};

// Tasks that run at once and end together: the children of a group, the branches of a gather, or
// everything in a runtime. The host task waits for them in this object.
class TaskSet : public Wait, public InnerNode {
 public:
  TaskSet() : InnerNode(Kind::set) {}
  // Moves only before it is used.
  TaskSet(TaskSet&& other) : TaskSet() { heeds_values_ = other.heeds_values_; }
  TaskSet& operator=(const TaskSet&) = delete;

  std::string_view what() const override { return "group"; }

  // Nothing runs here, and nothing is about to move in.
  bool empty() const { return tasks_.empty() && arriving_ == 0; }
  TaskRecord* first() const { return tasks_.first(); }

  // Adds the task and queues its first step, or makes it right here. O(1) beyond that step.
  void add(TaskRecord& task, Runtime& home, bool eager = false);
  // Spawned too late: ends the task unrun with `misuse` and reports that.
  static void refuse(TaskRecord& task);
  // A task of the set has ended; it is out of the set afterwards. O(1), and the cancel of the
  // others if it failed.
  void remove(TaskRecord& task, Ending how);
  // A task that runs elsewhere moves here. `expect` announces it, so that the set does not end
  // before; then one of the others follows. O(scopes and tasks inside).
  void expect() { ++arriving_; }
  void move_in(TaskRecord& task);
  void expect_no_more();

  // Destroys the tasks, deepest first; for a runtime that is destroyed with work in it.
  void abandon();

 protected:
  ~TaskSet() = default;

  // In the host's turn, after it has waited for the set to be empty: how it goes on.
  virtual Next resumed(TaskRecord& host);
  // A child has ended, and was not cancelled silently, through its own handle. With a value it is
  // not called unless `heeds_values_`.
  virtual void child_ended(TaskRecord& child, Ending how);
  // One of the parts that run at once has ended.
  void part_ended(Ending how, const Error& error);
  // The last child has ended while nobody waited in the set.
  virtual void emptied() {}

  // The host waits until the set is empty; true if it is already.
  bool wait_until_empty(TaskRecord& host);
  // The same in the frame that awaits, which goes on as `resumed` says.
  void wait_in(Frame& awaiting, TaskRecord& host);
  // Leaves the scope and decides between value, error and cancel (rule: errors come out; else a
  // cancel from outside; else the value). `combine` makes one error of several.
  Next settle(TaskRecord& host, Error (*combine)(std::vector<Error>));

  std::vector<Error> errors_; // in order of completion
  bool heeds_values_ = false;

 private:
  void start() final {}
  Stop stop() final { return Stop::refused; } // the cancel reaches the children themselves

  void unlink(TaskRecord& task);
  void one_less();
  friend TaskRecord;

  List<TaskRecord> tasks_;
  std::uint32_t arriving_ = 0;
  bool ended_from_outside_ = false;
};

// The first error, with the others as its `others()`.
Error first_with_others(std::vector<Error> errors);

inline TaskSet* TaskRecord::set() const {
  return static_cast<TaskSet*>(outer);
}

} // namespace detail
WASIO_END
