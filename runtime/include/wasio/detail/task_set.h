// Tasks that run concurrently and end together.
#pragma once

#include <wasio/detail/task_record.h>

#include <vector>

WASIO_BEGIN
namespace detail {

// The children of a group, the branches of a gather, or everything in a runtime. The host task
// waits in this object until the last of them has ended, and then continues as `resumed` says.
class TaskSet : public Wait, public InnerNode {
 public:
  TaskSet() : InnerNode(Kind::set) {}
  // Moves only before it is used.
  TaskSet(TaskSet&& other) : TaskSet() { heeds_values_ = other.heeds_values_; }
  TaskSet& operator=(const TaskSet&) = delete;

  std::string_view what() const override { return "group"; }

  // No task runs here, and none is about to move in.
  bool empty() const { return tasks_.empty() && arriving_ == 0; }
  TaskRecord* first() const { return tasks_.first(); }

  // Adds the task and queues its first step, or makes it inside the call. O(1) beyond that step.
  void add(TaskRecord& task, Scheduler& scheduler, bool eager = false);
  // A task of the set has ended; it is out of the set afterwards. O(1), plus the cancel of the
  // others if it failed.
  void remove(TaskRecord& task, Ending how);
  // Takes the task out without more ado, for a runtime that is destroyed.
  void unlink(TaskRecord& task);
  // A task that runs elsewhere moves here. `expect` announces it, so that the set does not end
  // before; then one of the others follows. O(scopes and tasks inside).
  void expect() { ++arriving_; }
  void move_in(TaskRecord& task);
  void expect_no_more();

  // Destroys the tasks, deepest first; for a runtime that is destroyed with work in it.
  void abandon();

  // In the host's turn, after it has waited for the set to be empty: how it continues.
  virtual Next resumed(TaskRecord& host);

 protected:
  ~TaskSet() = default;

  // A child has ended, and was not cancelled silently, through its own handle. With a value it is
  // not called unless `heeds_values_`.
  virtual void child_ended(TaskRecord& child, Ending how);
  // One of the concurrent parts has ended.
  void part_ended(Ending how, const Error& error);
  // The last child has ended while no task waited in the set.
  virtual void emptied() {}

  // The host waits until the set is empty; true if it is already.
  bool wait_until_empty(TaskRecord& host);
  // The same in the frame that awaits, which continues as `resumed` says.
  void wait_in(Frame& awaiting, TaskRecord& host);
  // Leaves the scope and decides between value, error and cancel (rule: errors come out; otherwise
  // a cancel from outside; otherwise the value). `combine` makes one error of several.
  Next settle(TaskRecord& host, Error (*combine)(std::vector<Error>));

  std::vector<Error> errors_; // in order of completion
  bool heeds_values_ = false;

 private:
  void start() final {}
  Stop stop() final { return Stop::refused; } // the cancel reaches the children themselves

  void one_less();

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
