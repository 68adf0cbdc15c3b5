#include <wasio/detail/task_record.h>
#include <wasio/runtime.h>

WASIO_BEGIN
namespace detail {

// Does what is next, until that is to wait.
bool TaskRecord::go_on() {
  // Most often it has ended.
  if (next_step == Next::leave && &top->boundary() == this) [[likely]] {
    pop_frame();
    TaskRecord::body_ended(*this, Ending::value);
    return false;
  }
  Next next = next_step;
  for (;;) {
    switch (next) {
    case Next::begin:
      next = first_step();
      break;
    case Next::resume:
      next_step = Next::resume;
      top->handle().resume();
      next = standing == Standing::running ? next_step : Next::suspend;
      break;
    case Next::arm:
      next = arm_put_off();
      break;
    case Next::joined:
      next = static_cast<TaskSet&>(*wait).resumed(*this);
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

void TaskRecord::tell_step_begun() {
  home->emit(TraceEventKind::step_begun, *this);
  if (suspended()) home->emit(TraceEventKind::wait_ended, *this);
}

void TaskRecord::tell_suspended() {
  if (suspended()) home->emit(TraceEventKind::wait_begun, *this);
  home->emit(TraceEventKind::step_ended, *this);
}

std::string_view TaskRecord::waits_for() const {
  if (!suspended()) return {};
  return standing == Standing::gave_way ? "checkpoint" : wait->what();
}

void TaskRecord::leave_identity() const {
  identity->task = nullptr;
  identity->id = id;
  identity->spawned_at = spawned_at;
  identity->drop();
}

void TaskRecord::tell_end_watchers() {
  while (EndWatcher* const first = end_watchers.take_first()) first->task_ended(*this);
}

Next TaskRecord::first_step() {
  next_step = Next::resume;
  top = begin();
  if (!top) [[unlikely]]
    return end_unbegun();
  top->stand_on(*this);
  return Next::resume;
}

Next TaskRecord::end_unbegun() {
  error = nothing_to_start();
  return body_ended(*this, Ending::error);
}

// What Wait::enter did not do because the budget was used up.
Next TaskRecord::arm_put_off() {
  if (scope->reached) return Next::cancel;
  next_step = Next::resume;
#if WASIO_EXCEPTIONS
  try {
    wait->arm();
  } catch (...) {
    raise_current_exception();
    return Next::fail;
  }
#else
  wait->arm();
#endif
  if (wait->state_ == Wait::State::granted) return next_step;
  standing = Standing::waiting;
  if (scope->reached) ask_to_stop();
  return Next::suspend;
}

void TaskRecord::ask_to_stop() {
  if (standing == Standing::waiting) wait->ask_to_stop();
  if (standing == Standing::gave_way) next_step = Next::cancel;
}

// Most often it is the task's own.
Next TaskRecord::end_body(Boundary& boundary, Ending how) {
  return &boundary == this ? TaskRecord::body_ended(*this, how) : boundary.body_ended(*this, how);
}

// Asks the boundaries that the unwinding will meet, before any frame is destroyed. Gives the one
// that will stop it; null: one of them has made the task wait.
Boundary* TaskRecord::may_unwind(Ending how) {
  for (Frame* frame = top;;) {
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

// From boundary to boundary, until one lets the task go on.
Next TaskRecord::unwind(Next next) {
  Boundary* asked = nullptr; // up to here the boundaries have been asked, about this ending
  while (next == Next::fail || next == Next::cancel) {
    const Ending how = next == Next::fail ? Ending::error : Ending::cancelled;
    if (ending != how) asked = nullptr;
    ending = how;
    if (!asked) asked = may_unwind(how);
    if (!asked) return Next::suspend;
    Boundary* const boundary = leave_frames(how);
    if (boundary == asked) asked = nullptr;
    next = end_body(*boundary, how);
  }
  return next;
}

// Destroys the top frame; its caller stays and is the top. Gives the boundary that the frame stood
// on, if it stood on one.
Boundary* TaskRecord::pop_frame() {
  Frame& frame = *top;
  Boundary* const boundary = frame.at_boundary() ? &frame.boundary() : nullptr;
  Frame* const below = frame.next_below(*this);
  frame.handle().destroy();
  top = below;
  return boundary;
}

// Destroys the frames down to the nearest boundary, innermost first, each with its caller still
// standing. That boundary then decides.
Boundary* TaskRecord::leave_frames(Ending how) {
  for (;;) {
    if (how == Ending::error) note_hop();
    if (Boundary* const boundary = pop_frame()) return boundary;
  }
}

// A frame that only carries a body has no place, and stands in no chain.
void TaskRecord::note_hop() {
  const Place place = top->place();
  if (WASIO_PLACES == 0 || place.known()) error.add_hop(place);
}

Next TaskRecord::body_ended(TaskRecord&, Ending how) {
  ended = true;
  ending = how;
  top = nullptr;
  if (has_grace) [[unlikely]]
    home->end_grace(*this);
  // The reason is for those who refer to the task; without them nobody can ask.
  if (how == Ending::cancelled && references > 1)
    if (const ScopeNode* cancelled = cancelled_node_above(*this)) error = cancelled->reason;
  if (home->watched()) [[unlikely]]
    home->emit(TraceEventKind::task_ended, *this);
  if (needs_release) release_body();
  context = {};
  tell_end_watchers();
  set()->remove(*this, how);
  if (home->watched()) [[unlikely]]
    home->emit(TraceEventKind::step_ended, *this);
  drop();
  return Next::gone;
}

// All at once, so that a cancel from a destructor further down walks into no frame that is gone.
void TaskRecord::leave_scopes() {
  while (scope != this) static_cast<InnerNode*>(scope)->leave(*this);
}

void TaskRecord::abandon() {
  Runtime& runtime = *home;
  TaskRecord* const before = Runtime::swap_running(this);
  standing = Standing::running;
  leave_scopes();
  while (top)
    if (Boundary* const boundary = pop_frame()) boundary->abandoned(*this);
  ended = true;
  ending = Ending::cancelled;
  home->end_grace(*this);
  if (runtime.watched()) [[unlikely]]
    runtime.emit(TraceEventKind::task_ended, *this);
  if (needs_release) release_body();
  context = {};
  // They may live in another runtime, which goes on.
  tell_end_watchers();
  set()->unlink(*this);
  Runtime::swap_running(before);
  drop();
}

void TaskSet::add(TaskRecord& task, Runtime& home, bool eager) {
  task.home = &home;
  task.id = home.next_task_id();
  if (const TaskRecord* const spawner = current_task_or_null())
    task.context = spawner->context.copy();
  task.hang_below(*this);
  tasks_.add(task);
  if (home.watched()) [[unlikely]]
    home.emit(TraceEventKind::task_spawned, task);
  if (!eager || !home.step_now(task)) home.queue(task, Standing::begins);
}

void TaskSet::unlink(TaskRecord& task) {
  tasks_.remove(task);
  task.outer = nullptr;
}

void TaskSet::remove(TaskRecord& task, Ending how) {
  const bool silent = how == Ending::cancelled && task.catches();
  unlink(task);
  if (!silent && (how != Ending::value || heeds_values_)) child_ended(task, how);
  one_less();
}

void TaskSet::move_in(TaskRecord& task) {
  TaskSet& before = *task.set();
  --arriving_;
  before.tasks_.remove(task);
  tasks_.add(task);
  task.move_below(*this);
  before.one_less();
}

void TaskSet::expect_no_more() {
  --arriving_;
  one_less();
}

void TaskSet::one_less() {
  if (!empty()) return;
  if (pending()) return complete();
  emptied();
}

Next TaskSet::resumed(TaskRecord&) {
  return Next::resume;
}

void TaskSet::child_ended(TaskRecord& child, Ending how) {
  part_ended(how, child.error);
}

void TaskSet::part_ended(Ending how, const Error& error) {
  if (how == Ending::error) {
    errors_.push_back(error);
    InnerNode::cancel(CancelSource::sibling, cancel_reason("another part of the group failed"));
  } else if (how == Ending::cancelled && !catches()) {
    ended_from_outside_ = true;
  }
}

bool TaskSet::wait_until_empty(TaskRecord& host) {
  if (empty()) return true;
  arm_for(host);
  return false;
}

void TaskSet::wait_in(Frame& awaiting, TaskRecord& host) {
  host.top = &awaiting;
  if (wait_until_empty(host)) host.next_step = resumed(host);
}

Error first_with_others(std::vector<Error> errors) {
  Error first = std::move(errors.front());
  errors.erase(errors.begin());
  return errors.empty() ? first : std::move(first).with_others(std::move(errors));
}

Next TaskSet::settle(TaskRecord& host, Error (*combine)(std::vector<Error>)) {
  leave(host);
  if (!errors_.empty()) {
    host.error = combine(std::move(errors_));
    return Next::fail;
  }
  return ended_from_outside_ ? Next::cancel : Next::resume;
}

void TaskSet::refuse(TaskRecord& task) {
  task.ended = true;
  task.ending = Ending::error;
  task.error = Error(errors::misuse, "spawned into a group that has closed: the task was not run");
  {
    const QuietDiscards quiet;
    if (task.top) discard(*std::exchange(task.top, nullptr));
    if (task.needs_release) task.release_body();
  }
  report_unhandled(task.error);
  task.drop();
}

namespace {

// A set with tasks in one of the task's scopes; null if there is none.
TaskSet* set_inside(TaskRecord& task) {
  for (ScopeNode* node = task.scope; node != &task; node = node->outer)
    if (node->kind == ScopeNode::Kind::set)
      if (auto* const set = static_cast<TaskSet*>(node); set->first()) return set;
  return nullptr;
}

} // namespace

void TaskSet::abandon() {
  // Deepest first: down to a task whose scopes hold no set with tasks, and back to its set's host.
  TaskSet* set = this;
  while (first()) {
    TaskRecord& task = *set->first();
    if (TaskSet* inside = set_inside(task)) {
      set = inside;
      continue;
    }
    task.abandon();
    while (set != this && !set->first()) set = set->host->set();
  }
}

} // namespace detail
WASIO_END
