#include <wasio/run.h>
#include <wasio/trace/dump.h>

WASIO_BEGIN

bool Interrupt::raise(std::string_view reason) {
  Error why = detail::cancel_reason(reason);
  if (main_) return !main_->ended() && main_->cancel(CancelSource::host, std::move(why));
  if (raised_) return false;
  raised_ = std::move(why);
  return true;
}

namespace detail {

// While one exists, the interrupt is aimed at this main task.
class InterruptedRun {
 public:
  InterruptedRun(Interrupt* interrupt, TaskRecord& main) : interrupt_(interrupt) {
    if (!interrupt_) return;
    interrupt_->main_ = &main;
    if (interrupt_->raised_) main.cancel(CancelSource::host, std::move(interrupt_->raised_));
  }
  InterruptedRun(const InterruptedRun&) = delete;
  InterruptedRun& operator=(const InterruptedRun&) = delete;
  ~InterruptedRun() {
    if (interrupt_) interrupt_->main_ = nullptr;
  }

 private:
  Interrupt* interrupt_;
};

Error run_refused() {
  if (!Runtime::current_or_null()) return {};
  return Error(errors::misuse, "run() was called inside a running runtime; await the body instead");
}

void end_with_main(TaskRecord& main) {
  main.scheduler().runtime().end(cancel_reason("the main task has ended"));
}

namespace {

Error deadlock_error(Runtime& runtime) {
  // With a clock that nothing advances (MockClock without its autojump), timers never fire.
  const std::string_view why =
      runtime.next_deadline().is_never()
          ? "all tasks are waiting, and nothing is armed that could wake one:"
          : "all tasks are waiting, and the clock does not advance:";
  return Error(errors::deadlock, join_text(why, '\n', dump_tasks_of(runtime, max_tasks_reported)));
}

// Runs turns until the runtime is idle. Returns the deadlock, if any, which has cancelled all
// tasks.
Error turn_until_idle(Runtime& runtime, PulledLoop& loop) {
  Error deadlock;
  while (!runtime.idle()) {
    if (runtime.turn() || runtime.idle() || loop.wait_until(runtime.next_deadline())) continue;
    // Tasks that remain after one cancel refuse to end; the runtime's destructor destroys them.
    if (deadlock) break;
    deadlock = deadlock_error(runtime);
    runtime.end(deadlock);
  }
  return deadlock;
}

} // namespace

void run_main(PulledLoop& loop, TaskRecord& main, const RunOptions& options) {
  Error deadlock;
  main.set_awaited();
  main.describe("main", CallPlace());
  main.hold();
  {
    Runtime runtime(loop);
    runtime.begin(main);
    const InterruptedRun interrupted(options.interrupt, main);
    deadlock = turn_until_idle(runtime, loop);
  }
  if (!deadlock) return;
  // The main task keeps a value or an error of its own; the deadlock is then reported instead.
  if (main.ending() == Ending::cancelled) {
    main.raise(std::move(deadlock));
  } else {
    report_unhandled(deadlock);
  }
}

} // namespace detail
WASIO_END
