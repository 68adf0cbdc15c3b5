#include <wasio/runtime.h>
#include <wasio/wait.h>

WASIO_BEGIN

bool Wait::enter(detail::Frame& frame) {
  detail::TaskRecord& task = ready_to_begin(frame);
  if (task.scope->reached) [[unlikely]] {
    task.next_step = detail::Next::cancel;
    return true;
  }
  if (task.budget == 0) [[unlikely]] {
    // Still idle: it begins when the others have had their turn.
    task.home->make_ready(task);
  } else {
    arm();
    if (state_ == State::granted) {
      // Only then: it also tells the end of a frame that an exception ended it.
      if (failed_) task.next_step = detail::Next::fail;
      return failed_;
    }
  }
  sleep_in(task);
  // A cancel that came while the operation was being armed had no wait to ask.
  if (task.scope->reached) [[unlikely]]
    ask_to_stop();
  return true;
}

void Wait::give_way(detail::Frame& frame) {
  detail::TaskRecord& task = ready_to_begin(frame);
  if (task.scope->reached) [[unlikely]] {
    task.next_step = detail::Next::cancel;
    return;
  }
  // The budget does not matter: this gives way anyhow.
  state_ = State::armed;
  task.home->make_ready(task);
  sleep_in(task);
}

detail::TaskRecord& Wait::ready_to_begin(detail::Frame& frame) {
  detail::TaskRecord& task = detail::current_task_record();
  task_ = &task;
  state_ = State::idle;
  asked_ = failed_ = of_set_ = false;
  task.top = &frame;
  return task;
}

void Wait::sleep_in(detail::TaskRecord& task) {
  task.wait = this;
  task.next_step = detail::Next::suspend;
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
  of_set_ = true;
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

WASIO_END
