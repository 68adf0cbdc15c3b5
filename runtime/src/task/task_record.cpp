#include <wasio/detail/scheduler.h>
#include <wasio/detail/wait_branches.h>

WASIO_BEGIN
namespace detail {

// How a task runs and waits. How its frames are unwound is in unwind.cpp.

void TaskRecord::join(TaskSet& set, Scheduler& scheduler) {
  scheduler_ = &scheduler;
  id_ = scheduler.next_task_id();
  if (TaskRecord* const spawner = current_task_or_null()) context_ = spawner->context_.copy();
  hang_below(set);
}

// Does what is next until the task waits or has ended.
bool TaskRecord::proceed() {
  // The common case: the task has ended.
  if (next_step_ == Next::leave && &top_->boundary() == this) [[likely]] {
    pop_frame();
    end(Ending::value);
    return false;
  }
  Next next = next_step_;
  for (;;) {
    switch (next) {
    case Next::begin:
      next = first_step();
      break;
    case Next::resume:
      next_step_ = Next::resume;
      top_->handle().resume();
      next = state_ == RunState::running ? next_step_ : Next::suspend;
      break;
    case Next::arm:
      next = arm_put_off();
      break;
    case Next::joined:
      next = static_cast<TaskSet&>(*wait_).resumed(*this);
      break;
    case Next::leave:
      next = end_body(*pop_frame(), Ending::value);
      break;
    case Next::fail:
    case Next::cancel:
      next = unwind(next);
      break;
    case Next::suspend:
      return true;
    case Next::gone:
      return false;
    }
  }
}

Next TaskRecord::first_step() {
  next_step_ = Next::resume;
  Frame* const first = begin();
  if (!first) [[unlikely]]
    return end_unbegun();
  return run_above(*this, *first, first->slot);
}

Next TaskRecord::end_unbegun() {
  raise(nothing_to_start());
  return body_ended(*this, Ending::error);
}

void TaskRecord::arm(Wait& wait) {
  --budget_;
  wait.state_ = Wait::State::arming;
  wait.start();
  if (wait.state_ == Wait::State::arming) wait.state_ = Wait::State::armed;
}

inline bool TaskRecord::wait(Wait& wait, Frame& frame) {
  wait.task_ = this;
  suspend_in(frame);
  if (scope_->reached) [[unlikely]] {
    next_step_ = Next::cancel;
    return true;
  }
  if (budget_ == 0) [[unlikely]] {
    // The operation begins after the other ready tasks have made their steps.
    wait.state_ = Wait::State::idle;
    wait_ = &wait;
    next_step_ = Next::arm;
    requeue(RunState::ready);
    return true;
  }
  arm(wait);
  if (wait.state_ == Wait::State::granted) return next_step_ == Next::fail;
  wait_ = &wait;
  state_ = RunState::waiting;
  // A cancel that came while the operation was being armed found no wait to ask.
  if (scope_->reached) [[unlikely]]
    wait.ask_to_stop();
  return true;
}

void TaskRecord::wait_for(Wait& wait, Next next) {
  wait.task_ = this;
  wait.state_ = Wait::State::armed;
  wait_ = &wait;
  state_ = RunState::waiting;
  next_step_ = next;
}

// Does what `wait` postponed because the budget was used up.
Next TaskRecord::arm_put_off() {
  if (scope_->reached) return Next::cancel;
  next_step_ = Next::resume;
#if WASIO_EXCEPTIONS
  try {
    arm(*wait_);
  } catch (...) {
    raise_current_exception();
    return Next::fail;
  }
#else
  arm(*wait_);
#endif
  if (wait_->state_ == Wait::State::granted) return next_step_;
  state_ = RunState::waiting;
  if (scope_->reached) wait_->ask_to_stop();
  return Next::suspend;
}

void TaskRecord::ask_to_stop() {
  if (state_ == RunState::waiting) wait_->ask_to_stop();
  if (state_ == RunState::yielded) next_step_ = Next::cancel;
}

std::string_view TaskRecord::waits_for() const {
  if (!suspended()) return {};
  return state_ == RunState::yielded ? "checkpoint" : wait_->what();
}

void TaskRecord::tell_step_begun() {
  tell(TraceEventKind::step_begun);
  if (suspended()) tell(TraceEventKind::wait_ended);
}

void TaskRecord::tell_suspended() {
  if (suspended()) tell(TraceEventKind::wait_begun);
  tell(TraceEventKind::step_ended);
}

TaskIdentity* TaskRecord::refer() {
  if (!identity_) identity_ = TaskIdentity::make({});
  if (identity_) identity_->task = this;
  return identity_;
}

void TaskRecord::leave_identity() const {
  identity_->task = nullptr;
  identity_->id = id_;
  identity_->spawned_at = spawned_at_;
  identity_->drop();
}

void TaskRecord::tell_end_watchers() {
  while (EndWatcher* const first = end_watchers_.take_first()) first->task_ended(*this);
}

} // namespace detail

bool Wait::enter(detail::Frame& frame) {
  return detail::current_task_record().wait(*this, frame);
}

void Wait::grant() {
#if WASIO_DEBUG
  if (state_ != State::arming && !pending())
    panic("complete() or fail() on a Wait that has not begun or has ended");
#endif
  const State before = std::exchange(state_, State::granted);
  if (before >= State::armed) return task_->wake();
  if (before == State::branch) static_cast<detail::WaitHost&>(task_->wait()).branch_ended(*this);
}

bool Wait::task_is_arming() const {
  return !task_->suspended();
}

void Wait::complete() {
  grant();
}

void Wait::fail(Error error) {
  if (!error) panic("Wait::fail(): the Error is empty");
  task_->decide(task_->raise(std::move(error)));
  grant();
}

void Wait::confirm_stop() {
#if WASIO_DEBUG
  if (state_ != State::stopping) panic("confirm_stop() on a Wait that is not being stopped");
#endif
  end_by_cancel();
}

void Wait::end_by_cancel() {
  state_ = State::stopped;
  task_->decide(detail::Next::cancel);
  task_->wake();
}

void Wait::ask_to_stop() {
  if (state_ != State::armed) return;
  state_ = State::stopping;
  const Stop answer = stop();
  // The event or the confirmation may have come inside `stop`.
  if (state_ != State::stopping) return;
  if (answer == Stop::stopped) end_by_cancel();
  if (answer == Stop::refused) state_ = State::refused;
}

WASIO_END
