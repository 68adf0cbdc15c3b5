// The test kit's hook in a scheduler: it may reorder ready tasks, and learns when none is ready.
#pragma once

#include <wasio/config.h>

#include <cstdint>
#include <optional>

WASIO_BEGIN
namespace detail {

class Scheduler;
class TaskRecord;

class IdleHook {
 public:
  virtual ~IdleHook() = default;

  // A task is about to be queued. True: the hook keeps it until `begin_pass`.
  virtual bool keep(TaskRecord& task) = 0;
  // The ready queue is empty. Queues the tasks that were kept; false: there are none.
  virtual bool begin_pass() = 0;
  // No task is ready or kept, no timer due. May wake tasks. `after_steps`: the turn has run tasks.
  virtual void nothing_ready(bool after_steps) = 0;
};

// Defined in testing/: see `Runtime::shuffle`.
void shuffle(Scheduler& scheduler, std::optional<std::uint64_t> seed);

} // namespace detail
WASIO_END
