#include <wasio/runtime.h>
#include <wasio/wait.h>

WASIO_BEGIN

bool Wait::begin() {
  task_ = &detail::current_task_record();
  state_ = State::idle;
  asked_ = failed_ = false;
  if (task_->scope->reached) {
    state_ = State::stopped;
    return false;
  }
  if (task_->budget == 0) return false; // idle: it begins when the others have had their turn
  arm();
  return state_ == State::granted && !failed_;
}

void Wait::suspend(detail::Frame& frame) {
  detail::TaskRecord& task = *task_;
  switch (state_) {
  case State::stopped:
    return leave_to_loop(frame, detail::Next::cancel);
  case State::granted:
    return leave_to_loop(frame, detail::Next::fail);
  case State::idle:
    task.home->make_ready(task);
    break;
  default:
    break;
  }
  task.top = &frame;
  task.wait = this;
  task.next_step = detail::Next::suspend;
  // A cancel that came while the operation was being armed had no wait to ask.
  if (task.scope->reached) ask_to_stop();
}

void Wait::arm() {
  --task_->budget;
  state_ = State::arming;
  start();
  if (state_ == State::arming) state_ = State::armed;
}

void Wait::arm_for(detail::TaskRecord& task) {
  task_ = &task;
  state_ = State::armed;
  asked_ = failed_ = false;
  task.wait = this;
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
  failed_ = true;
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
  task_->home->make_ready(*task_);
}

void Wait::ask_to_stop() {
  if (state_ != State::armed || asked_) return;
  asked_ = true;
  state_ = State::stopping;
  const Stop answer = stop();
  // The event, or the confirmation, may have come inside `stop`.
  if (state_ != State::stopping) return;
  if (answer == Stop::stopped) end_by_cancel();
  if (answer == Stop::refused) state_ = State::armed;
}

detail::Next Wait::resumed(detail::TaskRecord&) {
  return failed_ ? detail::Next::fail : detail::Next::resume;
}

WASIO_END
