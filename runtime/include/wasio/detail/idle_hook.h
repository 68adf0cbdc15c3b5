// What the test kit hangs into a scheduler: it learns when nothing is ready.
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

  // A task is to be queued. True: this keeps it until `begin_pass`.
  virtual bool keep(TaskRecord& task) = 0;
  // No task is in the ready queue. Queues those that were kept; false: there are none.
  virtual bool begin_pass() = 0;
  // Nothing is ready, kept or due. May wake tasks. `after_steps`: tasks ran since the turn began.
  virtual void nothing_ready(bool after_steps) = 0;
};

// Defined in testing/: see `Runtime::shuffle`.
void shuffle(Scheduler& scheduler, std::optional<std::uint64_t> seed);

} // namespace detail
WASIO_END
