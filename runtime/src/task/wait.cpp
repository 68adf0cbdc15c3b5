#include <wasio/runtime.h>
#include <wasio/wait.h>

WASIO_BEGIN

bool Wait::enter(detail::Frame& frame) {
  detail::TaskRecord& task = detail::current_task_record();
  task_ = &task;
  task.top = &frame;
  if (task.scope->reached) [[unlikely]] {
    task.next_step = detail::Next::cancel;
    return true;
  }
  if (task.budget == 0) [[unlikely]] {
    // It begins when the others have had their turn.
    state_ = State::idle;
    task.wait = this;
    task.next_step = detail::Next::arm;
    task.home->queue(task, detail::Standing::ready);
    return true;
  }
  arm();
  if (state_ == State::granted) return task.next_step == detail::Next::fail;
  task.wait = this;
  task.standing = detail::Standing::waiting;
  // A cancel that came while the operation was being armed had no wait to ask.
  if (task.scope->reached) [[unlikely]]
    ask_to_stop();
  return true;
}

void Wait::arm() {
  --task_->budget;
  state_ = State::arming;
  start();
  if (state_ == State::arming) state_ = State::armed;
}

// A set of tasks arms itself for its host, and decides how that goes on.
void Wait::arm_for(detail::TaskRecord& host) {
  task_ = &host;
  state_ = State::armed;
  host.wait = this;
  host.standing = detail::Standing::waiting;
  host.next_step = detail::Next::joined;
}

void Wait::grant() {
#if WASIO_DEBUG
  if (state_ != State::arming && !pending())
    panic("an event came for a wait that was not begun or has ended");
#endif
  const bool waiting = state_ != State::arming;
  state_ = State::granted;
  if (waiting) task_->home->make_ready(*task_);
}

void Wait::complete() {
  grant();
}

void Wait::fail(Error error) {
  if (!error) panic("a wait failed with an empty Error");
  task_->error = std::move(error);
  task_->next_step = detail::Next::fail;
  grant();
}

void Wait::confirm_stop() {
#if WASIO_DEBUG
  if (state_ != State::stopping) panic("a stop was confirmed that nobody had asked for");
#endif
  end_by_cancel();
}

void Wait::end_by_cancel() {
  state_ = State::stopped;
  task_->next_step = detail::Next::cancel;
  task_->home->make_ready(*task_);
}

void Wait::ask_to_stop() {
  if (state_ != State::armed) return;
  state_ = State::stopping;
  const Stop answer = stop();
  // The event, or the confirmation, may have come inside `stop`.
  if (state_ != State::stopping) return;
  if (answer == Stop::stopped) end_by_cancel();
  if (answer == Stop::refused) state_ = State::refused;
}

WASIO_END
