// What the test kit does when no task is ready: shuffled passes, and `wait_all_tasks_blocked`.
#pragma once

#include <wasio/detail/scheduler.h>
#include <wasio/testing/wait_all_tasks_blocked.h>

WASIO_BEGIN
namespace detail {

// One for a scheduler, from its first use to the scheduler's end.
class TestHook final : public IdleHook {
 public:
  explicit TestHook(Scheduler& scheduler) : scheduler_(scheduler) {}

  // The scheduler's hook, created if needed. Null: memory is exhausted.
  static TestHook* of(Scheduler& scheduler);

  void shuffle(std::optional<std::uint64_t> seed);
  void add(AllBlocked& wait) { waits_.add(wait); }
  void remove(AllBlocked& wait) { waits_.remove(wait); }

  bool keep(TaskRecord& task) override;
  bool begin_pass() override;
  void nothing_ready(bool after_steps) override;

 private:
  void queue_kept();

  Scheduler& scheduler_;
  bool shuffling_ = false;
  std::vector<TaskRecord*> kept_; // while shuffling: the tasks of the next pass
  List<AllBlocked> waits_;
};

} // namespace detail
WASIO_END
