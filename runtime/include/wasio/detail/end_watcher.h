// Who hears of a task's end.
#pragma once

#include <wasio/detail/list.h>

WASIO_BEGIN
namespace detail {

class TaskRecord;

// In a task's list until that has ended: who awaits its handle, and the locks that it holds.
class EndWatcher : public ListNode<EndWatcher> {
 public:
  // The task has ended, and this is out of its list. Runs no user code.
  virtual void task_ended(TaskRecord& task) = 0;
  // The task that goes on then; null if that is not what this is for.
  virtual TaskRecord* awaiter() const { return nullptr; }

  EndWatcher& operator=(const EndWatcher&) = delete;

 protected:
  EndWatcher() = default;
  EndWatcher(const EndWatcher&) = default;
  ~EndWatcher() = default;
};

} // namespace detail
WASIO_END
