// The instruments of one runtime.
#pragma once

#include <wasio/detail/scheduler.h>
#include <wasio/trace/slow_steps.h>

#include <optional>
#include <vector>

WASIO_BEGIN
namespace detail {

// The scheduler's observers while it has instruments.
class Instruments final : public Observers {
 public:
  explicit Instruments(Scheduler& scheduler) : scheduler_(scheduler) {}
  Instruments(const Instruments&) = delete;
  Instruments& operator=(const Instruments&) = delete;
  // The instruments may outlive it.
  ~Instruments() override;

  // The scheduler's object: null without instruments; `made_of` creates it if needed.
  static Instruments* of(Scheduler& scheduler);
  static Instruments& made_of(Scheduler& scheduler);

  void add(Instrument& instrument);
  // The object may be gone afterwards.
  void remove(Instrument& instrument);
  // The object may be gone afterwards.
  void set_slow_step_limit(Duration limit);

  void task_event(TraceEventKind kind, TaskRecord& task) override;
  void scope_event(TraceEventKind kind, ScopeNode& node) override;
  void timer_event(TraceEventKind kind, Instant when) override;

 private:
  void tell(const TraceEvent& event);
  void forget_removed();

  Scheduler& scheduler_;
  std::vector<Instrument*> instruments_; // null: removed while an event was being reported
  bool has_gaps_ = false;                // of removed ones
  bool telling_ = false;
  std::optional<SlowSteps> slow_steps_; // debug builds
};

} // namespace detail
WASIO_END
