#include <wasio/detail/host_report.h>
#include <wasio/runtime.h>

WASIO_BEGIN
namespace {

constexpr unsigned steps_between_looks = 64;

void report_on_host(const Error& error) {
  detail::host_report("unhandled error: " + describe(error));
}

constinit UnhandledErrorHook unhandled_hook = nullptr;

} // namespace

constinit Runtime* Runtime::current_ = nullptr;
constinit detail::TaskRecord* Runtime::running_ = nullptr;

Runtime::Runtime(Loop& loop) : loop_(loop) {
  watch_slow_steps();
}

Runtime::~Runtime() {
  const Entered entered(*this);
  set(closing, true);
  set(outside_turn, false);
  const detail::QuietDiscards quiet;
  root_.abandon();
  leave_instruments();
  if (!alarm_.is_never()) loop_.set_alarm(Instant::never());
}

Runtime& Runtime::current() {
  if (!current_) panic("this needs a running runtime: call it from a task");
  return *current_;
}

bool Runtime::turn() {
  const Entered entered(*this);
  set(outside_turn, false);
  turn_requested_ = false;
  fire_due();
  for (unsigned steps = 0;;) {
    if (!first_ready_ && wake_blocked_waits_) wake_blocked_waits_(*this, steps != 0);
    if (!first_ready_) break;
    do step_first_ready();
    while (++steps % steps_between_looks != 0 && first_ready_);
    running_ = nullptr;
    const bool stop = steps % steps_between_looks == 0 && loop_.between_steps();
    fire_due();
    // With nothing ready there is nothing to put off, but somebody may wait for just that.
    if (stop && first_ready_) break;
  }
  set(outside_turn, true);
  update_alarm();
  return first_ready_ != nullptr;
}

// The task stays the running one until the next one or what is behind the steps.
void Runtime::step_first_ready() {
  if (extras_ != 0) [[unlikely]] {
    if (has(shuffling)) begin_shuffled_pass();
    return step(take_first_ready());
  }
  detail::TaskRecord& task = take_first_ready();
  running_ = &task;
  // An instrument that was added meanwhile hears of the end.
  if (task.run() && extras_ != 0) [[unlikely]]
    if (watched()) task.tell_suspended();
}

void Runtime::step(detail::TaskRecord& task) const {
  running_ = &task;
  if (watched()) task.tell_step_begun();
  if (task.run() && watched()) task.tell_suspended();
}

void Runtime::fire_due() {
  if (timers_.next().is_never()) return;
  const Instant now = loop_.now();
  for (Instant when = timers_.next(); when <= now; when = timers_.next()) {
    detail::Timer& timer = timers_.take_first();
    if (watched()) [[unlikely]]
      emit_timer(TraceEventKind::timer_fired, when);
    timer.due();
  }
}

void Runtime::update_alarm() {
  const Instant next = timers_.next();
  if (next == alarm_) return;
  alarm_ = next;
  loop_.set_alarm(next);
}

void Runtime::set_timer(detail::Timer& timer, Instant when, detail::TimerRank rank) {
  timers_.set(timer, when, rank);
  if (has(outside_turn)) update_alarm();
  if (watched() && timer.armed()) [[unlikely]]
    emit_timer(TraceEventKind::timer_set, when);
}

void Runtime::cancel_timer(detail::Timer& timer) {
  if (!timer.armed()) return;
  if (watched()) [[unlikely]]
    emit_timer(TraceEventKind::timer_cancelled, timers_.when(timer));
  timers_.cancel(timer);
  if (has(outside_turn)) update_alarm();
}

void Runtime::make_ready(detail::TaskRecord& task) {
  if (!task.queued()) queue(task, detail::Standing::ready);
}

void Runtime::queue_with_extras(detail::TaskRecord& task) {
  if (has(closing)) return;
  if (watched()) emit(TraceEventKind::task_scheduled, task);
  append_ready(task);
  request_turn();
}

void Runtime::request_turn() {
  if (!has(outside_turn) || turn_requested_) return;
  turn_requested_ = true;
  loop_.request_turn();
}

bool Runtime::step_now(detail::TaskRecord& task) {
  if (has(closing)) return false;
  const Entered entered(*this);
  step(task);
  return true;
}

void Runtime::cancel_all(CancelSource source, Error why) {
  root_.ScopeNode::cancel(source, std::move(why));
}

void Runtime::Root::child_ended(detail::TaskRecord& child, detail::Ending how) {
  if (how == detail::Ending::error && !child.awaited) report_unhandled(child.error);
}

UnhandledErrorHook set_unhandled_error_hook(UnhandledErrorHook hook) {
  return std::exchange(unhandled_hook, hook);
}

void report_unhandled(const Error& error) {
#if WASIO_EXCEPTIONS
  try {
    (unhandled_hook ? unhandled_hook : report_on_host)(error);
  } catch (...) {
    report_on_host(error);
  }
#else
  (unhandled_hook ? unhandled_hook : report_on_host)(error);
#endif
}

namespace detail {

namespace {

// Apart, so that the functions that check have no need of a stack frame.
[[noreturn, gnu::noinline]] void panic_without_task() {
  panic("this needs a running task: call it from one");
}

} // namespace

TaskRecord* current_task_or_null() {
  return Runtime::running();
}

TaskRecord& current_task_record() {
  TaskRecord* const task = current_task_or_null();
  if (!task) [[unlikely]]
    panic_without_task();
  return *task;
}

} // namespace detail
WASIO_END
