#include <wasio/detail/scheduler.h>
#include <wasio/unhandled_error.h>

WASIO_BEGIN
namespace detail {

// How a task's frames are unwound: by an error, by a cancel, or with their runtime. Iterative, so
// that no depth overflows the stack, and never inside an `await_suspend` of one of the frames.

// Most often the boundary is the task itself, which needs no virtual call.
Next TaskRecord::end_body(Boundary& boundary, Ending how) {
  return &boundary == this ? TaskRecord::body_ended(*this, how) : boundary.body_ended(*this, how);
}

// Asks the boundaries that the unwinding will meet, before any frame is destroyed. Returns the one
// that will stop it; null if one of them has made the task wait.
Boundary* TaskRecord::may_unwind(Ending how) {
  for (Frame* frame = top_;;) {
    while (!frame->at_boundary()) frame = &frame->caller();
    Boundary& boundary = frame->boundary();
    switch (boundary.before_unwind(*this, how)) {
    case Hold::wait:
      return nullptr;
    case Hold::stop:
      return &boundary;
    case Hold::pass:
      frame = static_cast<InnerBoundary&>(boundary).parent;
    }
  }
}

// Unwinds from boundary to boundary until one lets the task continue.
Next TaskRecord::unwind(Next next) {
  Boundary* asked = nullptr; // boundaries up to this one have been asked about this ending
  while (next == Next::fail || next == Next::cancel) {
    const Ending how = next == Next::fail ? Ending::error : Ending::cancelled;
    if (ending_ != how) asked = nullptr;
    ending_ = how;
    if (!asked) asked = may_unwind(how);
    if (!asked) return Next::suspend;
    Boundary* const boundary = leave_frames(how);
    if (boundary == asked) asked = nullptr;
    next = end_body(*boundary, how);
  }
  return next;
}

// Destroys the frames down to the nearest boundary, innermost first, each while its caller still
// exists. That boundary then decides.
Boundary* TaskRecord::leave_frames(Ending how) {
  for (;;) {
    if (how == Ending::error) note_hop();
    if (Boundary* const boundary = pop_frame()) return boundary;
  }
}

// A frame that only carries a body has no place and adds no hop.
void TaskRecord::note_hop() {
  const Place place = top_->place();
  if (WASIO_PLACES == 0 || place.known()) add_hop(error_, place);
}

Next TaskRecord::body_ended(TaskRecord&, Ending how) {
  end(how);
  return Next::gone;
}

// How a task that a cancel has unwound ends: a branch that was cancelled alone has failed.
Ending TaskRecord::cancelled_ending() {
  const bool failed = set()->needs_results() && catches();
  // Only a handle or a branch's awaiter can ask for the reason; otherwise it is not kept.
  if (failed || shared())
    if (const ScopeNode* cancelled = cancelled_node_above(*this)) raise(Error(cancelled->reason));
  return failed ? Ending::error : Ending::cancelled;
}

void TaskRecord::end(Ending how) {
  if (how == Ending::cancelled) [[unlikely]]
    how = cancelled_ending();
  ended_ = true;
  ending_ = how;
  end_grace();
  tell(TraceEventKind::task_ended);
  if (needs_release_) release_body();
  context_ = {};
  tell_end_watchers();
  set()->remove(*this, how);
  tell(TraceEventKind::step_ended);
  drop();
}

void TaskRecord::refuse(Error&& why) {
  ended_ = true;
  ending_ = Ending::error;
  raise(std::move(why));
  {
    const QuietDiscards quiet;
    if (Frame* const first = take_unstarted()) discard(*first);
    if (needs_release_) release_body();
  }
  report_unhandled(error_);
  drop();
}

// Leaves all scopes before any frame is destroyed, so that a cancel from a destructor further down
// does not walk into a frame that is gone.
void TaskRecord::leave_scopes() {
  while (scope_ != this) static_cast<InnerNode*>(scope_)->leave(*this);
}

void TaskRecord::abandon() {
  {
    const Scheduler::Running running(*this);
    state_ = RunState::running;
    leave_scopes();
    while (top_)
      if (Boundary* const boundary = pop_frame()) boundary->abandoned(*this);
    ended_ = true;
    ending_ = Ending::cancelled;
    end_grace();
    tell(TraceEventKind::task_ended);
    if (needs_release_) release_body();
    context_ = {};
    // The watchers may be in another runtime, which keeps running.
    tell_end_watchers();
    set()->unlink(*this);
  }
  drop();
}

} // namespace detail
WASIO_END
