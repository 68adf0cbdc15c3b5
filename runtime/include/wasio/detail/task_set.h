// Tasks that run concurrently and end together.
#pragma once

#include <wasio/detail/task_record.h>
#include <wasio/detail/wait_branches.h>

#include <vector>

WASIO_BEGIN
namespace detail {

// The children of a group, the branches of a gather, or a runtime's top-level tasks. The host task
// waits in this object until the last of them has ended, and then continues as `resumed` returns.
class TaskSet : public WaitHost, public InnerNode {
 public:
  TaskSet() : InnerNode(Kind::set) {}
  // May be moved only before it is used.
  TaskSet(TaskSet&& other) : TaskSet() {
    heeds_all_ = other.heeds_all_;
    needs_results_ = other.needs_results_;
  }
  TaskSet& operator=(const TaskSet&) = delete;

  std::string_view what() const override { return "group"; }

  // No task is in the set, and none is about to move in.
  bool empty() const { return tasks_.empty() && arriving_ == 0; }
  TaskRecord* first() const { return tasks_.first(); }
  // Each task must come to a value or an error: one that is cancelled alone has failed.
  bool needs_results() const { return needs_results_; }
  // When the clock cancels the set.
  virtual Instant deadline() const { return Instant::never(); }

  // Adds the task and queues its first step; `eager` runs the step inside the call. O(1), plus that
  // step.
  void add(TaskRecord& task, Scheduler& scheduler, bool eager = false);
  // A task of the set has ended: takes it out of the set. O(1), plus the cancel of the others if it
  // failed.
  void remove(TaskRecord& task, Ending how);
  // Only takes the task out; on its own, for a runtime that is destroyed.
  void unlink(TaskRecord& task);
  // A task of another set moves here. `expect` announces it, so that the set does not end first;
  // then either `move_in` or `expect_no_more` follows. O(scopes and tasks inside).
  void expect() { ++arriving_; }
  void move_in(TaskRecord& task);
  void expect_no_more();

  // Destroys the tasks, deepest first; for a runtime that is destroyed with work in it.
  void abandon();

  // Called in the host's step, once the set it waited in is empty. Returns how the host continues.
  virtual Next resumed(TaskRecord& host);

 protected:
  ~TaskSet() = default;

  // A child has ended with an error, or because a cancel from further out reached it. Called for a
  // value, and for a cancel of the child's own handle, only if `heeds_all_`.
  virtual void child_ended(TaskRecord& child, Ending how);
  // One of the concurrent parts has ended.
  void part_ended(Ending how, const Error& error);
  // Keeps an error for `settle`. Without memory for it, those before it must do; if there are none,
  // the whole fails with `out_of_memory`.
  void keep_error(const Error& error);
  bool failed() const { return !errors_.empty() || lost_error_; }
  // The last child has ended while no task waited in the set.
  virtual void emptied() {}

  // Makes the host wait until the set is empty. True: it is empty already.
  bool wait_until_empty(TaskRecord& host);
  // The same for an awaiting frame, which continues as `resumed` returns.
  void wait_in(Frame& awaiting, TaskRecord& host);
  // The cancel reaches the children themselves.
  Stop stop() override { return Stop::refused; }
  // Called when the last part has ended. Leaves the scope and decides between value, error and
  // cancel (the rule: errors propagate; otherwise, if a cancel ended a part and this set does not
  // catch it now, the cancel; otherwise the value). `combine` makes one error of several.
  Next settle(TaskRecord& host, Error (*combine)(std::vector<Error>));

  std::vector<Error> errors_; // in order of completion
  bool heeds_all_ = false;
  bool needs_results_ = false;

 private:
  void start() final {}

  void one_less();

  List<TaskRecord> tasks_;
  std::uint32_t arriving_ = 0;
  bool ended_by_cancel_ = false;
  bool lost_error_ = false;
};

// The first error, with the others as its `others()`.
Error first_with_others(std::vector<Error> errors);

inline TaskSet* TaskRecord::set() const {
  return static_cast<TaskSet*>(outer);
}

} // namespace detail
WASIO_END
