#include <wasio/detail/grace.h>
#include <wasio/detail/scheduler.h>
#include <wasio/memory.h>
#include <wasio/runtime.h>
#include <wasio/unhandled_error.h>

WASIO_BEGIN
namespace detail {
namespace {

constexpr unsigned steps_between_looks = 64;

} // namespace

constinit Scheduler* Scheduler::current_ = nullptr;
constinit TaskRecord* Scheduler::running_ = nullptr;

Scheduler::Scheduler(Runtime& runtime, Loop& loop) : runtime_(runtime), loop_(loop) {
#if WASIO_DEBUG
  watch_slow_steps(*this);
#endif
}

Scheduler::~Scheduler() {
  const Entered entered(*this);
  closing_ = true;
  set_in_turn(true);
  const QuietDiscards quiet;
  root_.abandon();
  observers_.reset();
  timers_.clear_alarm();
}

Scheduler& Scheduler::current() {
  if (!current_) panic("no runtime is running; call this from a task");
  return *current_;
}

void Scheduler::set_in_turn(bool in_turn) {
  in_turn_ = in_turn;
  update_plain();
}

void Scheduler::set_observers(std::unique_ptr<Observers> observers) {
  // The old ones may be reporting an event during which the last instrument was removed.
  std::swap(observers_, observers);
  update_plain();
}

void Scheduler::set_idle_hook(std::unique_ptr<IdleHook> hook) {
  idle_hook_ = std::move(hook);
  update_plain();
}

bool Scheduler::turn() {
  const Entered entered(*this);
  handle_new();
  set_in_turn(true);
  turn_requested_ = false;
  timers_.fire_due();
  bool stop = false;
  for (unsigned steps = 0; find_ready(steps != 0) && !stop;) {
    do step_first();
    while (++steps % steps_between_looks != 0 && has_ready());
    running_ = nullptr;
    stop = (look_soon_ || steps % steps_between_looks == 0) && loop_.between_steps();
    if (look_soon_) end_look();
    timers_.fire_due();
  }
  set_in_turn(false);
  timers_.update_alarm();
  return has_ready();
}

void Scheduler::look_soon() {
  if (look_soon_ || !in_turn_) return;
  look_soon_ = true;
  update_plain();
}

void Scheduler::end_look() {
  look_soon_ = false;
  update_plain();
  ready_.take_over(after_look_);
}

bool Scheduler::find_ready(bool after_steps) {
  if (has_ready()) return true;
  if (!idle_hook_) return false;
  idle_hook_->nothing_ready(after_steps);
  return has_ready();
}

// `running_` is left set; the next step or the end of the steps overwrites it.
void Scheduler::step_first() {
  TaskRecord& task = ready_.take_first();
  if (!plain_) [[unlikely]]
    return step(task);
  running_ = &task;
  // An instrument that was added during the step is notified of its end.
  if (task.run() && !plain_ && observers_) [[unlikely]]
    task.tell_suspended();
}

void Scheduler::step(TaskRecord& task) const {
  running_ = &task;
  if (observers_) task.tell_step_begun();
  if (task.run() && observers_) task.tell_suspended();
}

bool Scheduler::step_now(TaskRecord& task) {
  if (closing_) return false;
  const Entered entered(*this);
  step(task);
  return true;
}

void Scheduler::queue_specially(TaskRecord& task) {
  if (closing_) return;
  if (observers_) observers_->task_event(TraceEventKind::task_scheduled, task);
  if (!idle_hook_ || !idle_hook_->keep(task)) (look_soon_ ? after_look_ : ready_).add(task);
  request_turn();
}

void Scheduler::request_turn() {
  if (in_turn_ || turn_requested_) return;
  turn_requested_ = true;
  loop_.request_turn();
}

void Scheduler::Root::child_ended(TaskRecord& child, Ending how) {
  if (how == Ending::error && !child.awaited()) report_unhandled(child.error());
}

Scheduler& scheduler_of(Runtime& runtime) {
  return runtime.scheduler_;
}

namespace {

// Out of line, so that the functions that check need no stack frame.
[[noreturn, gnu::noinline]] void panic_without_task() {
  panic("no task is running; call this from a task");
}

} // namespace

TaskRecord* current_task_or_null() {
  return Scheduler::running();
}

TaskRecord& current_task_record() {
  TaskRecord* const task = current_task_or_null();
  if (!task) [[unlikely]]
    panic_without_task();
  return *task;
}

} // namespace detail

Runtime* Runtime::current_or_null() {
  detail::Scheduler* const current = detail::Scheduler::current_or_null();
  return current ? &current->runtime() : nullptr;
}

bool Runtime::turn(bool alarm_rang) {
  if (alarm_rang) scheduler_.timers().alarm_rang();
  return scheduler_.turn();
}

void Runtime::end(Error why, CancelSource source) {
  scheduler_.root().ScopeNode::cancel(source, std::move(why));
}

WASIO_END
