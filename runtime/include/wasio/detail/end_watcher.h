// Notification of a task's end.
#pragma once

#include <wasio/detail/list.h>

WASIO_BEGIN
namespace detail {

class TaskRecord;

// An entry in a task's list, notified when the task ends: the tasks that await its handle, and the
// mutexes that it holds.
class EndWatcher : public ListNode<EndWatcher> {
 public:
  // Called when the task has ended; this has already been removed from its list. Must not run user
  // code.
  virtual void task_ended(TaskRecord& task) = 0;
  // The task that is woken then; null if this does not wake one.
  virtual TaskRecord* awaiter() const { return nullptr; }

  EndWatcher& operator=(const EndWatcher&) = delete;

 protected:
  EndWatcher() = default;
  EndWatcher(const EndWatcher&) = default;
  ~EndWatcher() = default;
};

} // namespace detail
WASIO_END
