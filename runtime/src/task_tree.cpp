#include <wasio/runtime.h>
#include <wasio/task_tree.h>

#include <algorithm>

WASIO_BEGIN

using detail::ScopeNode;
using detail::TaskRecord;
using detail::TaskSet;

namespace {

std::vector<TaskRef> tasks_of(const TaskSet& set) {
  std::vector<TaskRef> tasks;
  for (TaskRecord* task = set.first(); task; task = detail::List<TaskRecord>::after(*task))
    tasks.emplace_back(*task);
  return tasks;
}

ScopeInfo info_of(ScopeNode& node) {
  ScopeInfo info;
  info.what = detail::word_for(node);
  info.shielded = node.shielded;
  info.cancelled_by = node.source;
  if (node.kind == ScopeNode::Kind::set) {
    info.tasks = tasks_of(static_cast<TaskSet&>(node));
  } else {
    info.deadline = static_cast<detail::DeadlineNode&>(node).when;
  }
  return info;
}

} // namespace

TaskRecord& TaskRef::record() const {
  if (!record_) panic("this TaskRef refers to no task: it was moved from or never filled");
  return *record_;
}

std::string TaskRef::name() const {
  if (const std::string_view given = given_name(); !given.empty()) return std::string(given);
  const Place place = spawned_at();
  if (!place.known()) return join_text("task #", id());
  return join_text(place.function(), " (", place.file(), ":", place.line(), ") #", id());
}

std::string_view TaskRef::waits_for() const {
  return waiting() ? record().wait->what() : std::string_view();
}

std::vector<Place> TaskRef::await_chain() const {
  std::vector<Place> chain;
  const detail::Frame* frame = waiting() ? record().top : nullptr;
  while (frame) {
    if (const Place place = frame->place(); place.known()) chain.push_back(place);
    frame = frame->at_boundary() ? frame->boundary().parent : &frame->caller();
  }
  return chain;
}

TaskRef TaskRef::parent() const {
  const TaskSet* const set = record().set();
  return set && set->host ? TaskRef(*set->host) : TaskRef();
}

std::vector<ScopeInfo> TaskRef::scopes() const {
  std::vector<ScopeInfo> scopes;
  for (ScopeNode* node = record().inner; node; node = node->inner) scopes.push_back(info_of(*node));
  return scopes;
}

std::vector<TaskRef> TaskRef::children() const {
  std::vector<TaskRef> all;
  for (const ScopeInfo& scope : scopes()) std::ranges::copy(scope.tasks, std::back_inserter(all));
  return all;
}

TaskRef current_task() {
  return TaskRef(detail::current_task_record());
}

std::vector<TaskRef> root_tasks() {
  return tasks_of(Runtime::current().root());
}

WASIO_END
