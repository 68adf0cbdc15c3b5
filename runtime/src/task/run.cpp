#include <wasio/run.h>
#include <wasio/trace/dump.h>

WASIO_BEGIN

bool Interrupt::raise(std::string_view reason) {
  Error why = detail::cancel_reason(reason);
  if (main_) return !main_->ended && main_->cancel(CancelSource::host, std::move(why));
  if (raised_) return false;
  raised_ = std::move(why);
  return true;
}

void Interrupt::begin(detail::TaskRecord& main) {
  main_ = &main;
  if (raised_) main.cancel(CancelSource::host, std::move(raised_));
}

namespace detail {

Error run_refused() {
  if (!Runtime::current_or_null()) return {};
  return Error(errors::misuse, "run() was called inside a running runtime: await the body instead");
}

void end_runtime(TaskRecord& main) {
  main.home->cancel_all(CancelSource::ending, cancel_reason("the main task has ended"));
}

namespace {

Error deadlock_error(Runtime& runtime) {
  // A clock that nobody moves (MockClock without its autojump) has timers that never come.
  const std::string_view why = runtime.next_deadline().is_never()
                                   ? "every task waits, and nothing is armed that could wake one:"
                                   : "every task waits, and the clock stands still:";
  return Error(errors::deadlock, join_text(why, '\n', dump_tasks_of(runtime, max_tasks_reported)));
}

} // namespace

void run_main(PulledLoop& loop, TaskRecord& main, const RunOptions& options) {
  Error deadlock;
  main.awaited = true;
  main.describe("main", CallPlace());
  main.hold();
  {
    Runtime runtime(loop);
    runtime.add_root(main);
    if (options.interrupt) options.interrupt->begin(main);
    while (!runtime.idle()) {
      if (runtime.turn() || runtime.idle() || loop.wait_until(runtime.next_deadline())) continue;
      // What still stands after one cancel refuses to end; the runtime's destructor takes it down.
      if (deadlock) break;
      deadlock = deadlock_error(runtime);
      runtime.cancel_all(CancelSource::ending, deadlock);
    }
  }
  if (options.interrupt) options.interrupt->end();
  if (!deadlock) return;
  // A value or an error of the main task's own is not replaced, and the deadlock not lost.
  if (main.ending == Ending::cancelled) {
    main.error = std::move(deadlock);
  } else {
    report_unhandled(deadlock);
  }
}

} // namespace detail
WASIO_END
