#include <wasio/detail/scheduler.h>
#include <wasio/memory.h>

WASIO_BEGIN
namespace detail {

void TaskSet::add(TaskRecord& task, Scheduler& scheduler, bool eager) {
  task.join(*this, scheduler);
  tasks_.add(task);
  if (Observers* const observers = scheduler.observers()) [[unlikely]]
    observers->task_event(TraceEventKind::task_spawned, task);
  if (!eager || !scheduler.step_now(task)) task.requeue(RunState::unstarted);
}

void TaskSet::unlink(TaskRecord& task) {
  tasks_.remove(task);
  task.outer = nullptr;
}

void TaskSet::remove(TaskRecord& task, Ending how) {
  const bool silent = how == Ending::cancelled && task.catches();
  unlink(task);
  if (heeds_all_ || (how != Ending::value && !silent)) child_ended(task, how);
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
  part_ended(how, child.error());
}

void TaskSet::part_ended(Ending how, const Error& error) {
  if (how == Ending::error) {
    keep_error(error);
    InnerNode::cancel(CancelSource::sibling, cancel_reason("another part of the group failed"));
  } else if (how == Ending::cancelled) {
    ended_by_cancel_ = true;
  }
}

void TaskSet::keep_error(const Error& error) {
  const std::size_t size = errors_.size();
  if (size == errors_.capacity() && !has_memory(2 * (size + 1) * sizeof(Error))) {
    lost_error_ = true;
  } else {
    errors_.push_back(error);
  }
}

bool TaskSet::wait_until_empty(TaskRecord& host) {
  if (empty()) return true;
  host.wait_for(*this, Next::joined);
  return false;
}

void TaskSet::wait_in(Frame& awaiting, TaskRecord& host) {
  host.leave(awaiting, Next::resume);
  if (wait_until_empty(host)) host.decide(resumed(host));
}

Error first_with_others(std::vector<Error> errors) {
  Error first = std::move(errors.front());
  errors.erase(errors.begin());
  return errors.empty() ? first : std::move(first).with_others(std::move(errors));
}

Next TaskSet::settle(TaskRecord& host, Error (*combine)(std::vector<Error>)) {
  const bool cancelled = ended_by_cancel_ && !catches();
  leave(host);
  if (!errors_.empty()) return host.raise(combine(std::move(errors_)));
  if (lost_error_) return host.raise(no_memory());
  return cancelled ? Next::cancel : Next::resume;
}

namespace {

// The innermost set of the task that has tasks; null if there is none.
TaskSet* set_inside(TaskRecord& task) {
  for (ScopeNode* node = &task.scope(); node != &task; node = node->outer)
    if (node->kind == ScopeNode::Kind::set)
      if (auto* const set = static_cast<TaskSet*>(node); set->first()) return set;
  return nullptr;
}

} // namespace

void TaskSet::abandon() {
  // Deepest first: descends to a task without such a set, destroys it, and returns to the set's
  // host when the set is empty.
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
