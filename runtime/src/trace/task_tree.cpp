#include <wasio/detail/scheduler.h>
#include <wasio/task_handle.h>
#include <wasio/trace/task_tree.h>

#include <algorithm>

WASIO_BEGIN

using detail::EndWatcher;
using detail::ScopeNode;
using detail::TaskRecord;
using detail::TaskSet;

namespace {

std::vector<TaskRef> tasks_of(const TaskSet& set) {
  std::vector<TaskRef> tasks;
  for (TaskRecord* task = set.first(); task; task = detail::List<TaskRecord>::after(*task))
    tasks.push_back(detail::ref_to(*task));
  return tasks;
}

ScopeInfo info_of(ScopeNode& node) {
  ScopeInfo info;
  info.what = detail::word_for(node);
  info.shielded = node.shielded;
  info.cancelled_by = node.source;
  info.deadline = detail::deadline_of(node);
  if (node.kind == ScopeNode::Kind::set) info.tasks = tasks_of(static_cast<TaskSet&>(node));
  return info;
}

} // namespace

TaskRef detail::ref_to(TaskRecord& record) {
  TaskRef made;
  if (TaskIdentity* const identity = record.refer()) made.identity_ = Ref(*identity);
  return made;
}

detail::TaskIdentity& TaskRef::identity() const {
  if (!identity_) panic("this TaskRef is empty: it does not refer to a task");
  return *identity_;
}

std::uint32_t TaskRef::id() const {
  const TaskRecord* const task = record();
  return task ? task->id() : identity_->id;
}

Place TaskRef::spawned_at() const {
  const TaskRecord* const task = record();
  return detail::place_of(task ? task->spawned_at() : identity_->spawned_at);
}

std::string TaskRef::name() const {
  if (const std::string_view given = given_name(); !given.empty()) return std::string(given);
  const Place place = spawned_at();
  return join_text(place.known() ? describe(place) : "task", " #", id());
}

bool TaskRef::done() const {
  const TaskRecord* const task = record();
  return !task || task->ended();
}

bool TaskRef::cancel(const CancelOptions& options) const {
  TaskRecord* const task = record();
  return task && !task->ended() && task->cancel(CancelSource::handle, options);
}

bool TaskRef::waiting() const {
  const TaskRecord* const task = record();
  return task && task->suspended();
}

std::string_view TaskRef::waits_for() const {
  const TaskRecord* const task = record();
  return task ? task->waits_for() : std::string_view();
}

Place TaskRef::waits_at() const {
  return waiting() ? detail::place_of_wait(*record()) : Place();
}

std::vector<Place> TaskRef::await_chain() const {
  if (!waiting()) return {};
  return detail::await_chain(record()->top(), *record());
}

// A frame that only carries a body has no place, and does not appear in the chain.
std::vector<Place> detail::await_chain(const Frame* top, const TaskRecord& task) {
  std::vector<Place> chain;
  for (const Frame* frame = top; frame; frame = frame->next_below(task))
    if (const Place place = frame->place(); place.known()) chain.push_back(place);
  return chain;
}

Place detail::place_of_wait(const TaskRecord& task) {
  const Frame* frame = task.top();
  while (frame && !frame->place().known()) frame = frame->next_below(task);
  return frame ? frame->place() : Place();
}

void detail::CurrentAwaitChain::note(const Frame& awaiting) {
  chain_ = await_chain(&awaiting, current_task_record());
}

TaskRef TaskRef::parent() const {
  const TaskRecord* const task = record();
  const TaskSet* const set = task ? task->set() : nullptr;
  return set && set->host ? detail::ref_to(*set->host) : TaskRef();
}

std::vector<ScopeInfo> TaskRef::scopes() const {
  std::vector<ScopeInfo> scopes;
  const TaskRecord* const task = record();
  for (ScopeNode* node = task ? task->inner : nullptr; node; node = node->inner)
    scopes.push_back(info_of(*node));
  return scopes;
}

std::vector<TaskRef> TaskRef::awaiters() const {
  std::vector<TaskRef> tasks;
  if (const TaskRecord* const task = record())
    for (auto* each = task->end_watchers().first(); each;
         each = detail::List<EndWatcher>::after(*each))
      if (TaskRecord* const awaiter = each->awaiter()) tasks.push_back(detail::ref_to(*awaiter));
  return tasks;
}

std::vector<TaskRef> TaskRef::children() const {
  std::vector<TaskRef> all;
  for (const ScopeInfo& scope : scopes()) std::ranges::copy(scope.tasks, std::back_inserter(all));
  return all;
}

TaskRef current_task() {
  return detail::ref_to(detail::current_task_record());
}

std::vector<TaskRef> root_tasks() {
  return tasks_of(detail::Scheduler::current().root());
}

WASIO_END
