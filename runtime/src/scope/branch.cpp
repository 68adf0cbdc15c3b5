#include <wasio/detail/branch.h>
#include <wasio/runtime.h>

WASIO_BEGIN
namespace detail {

void BranchSet::open(Frame& awaiting) {
  TaskRecord& task = current_task_record();
  task.top = &awaiting;
  InnerNode::enter(task);
}

void BranchSet::add_branch(TaskRecord& branch) {
  add(branch, *host->home);
}

void BranchSet::wait(Frame& awaiting) {
  wait_in(awaiting, *host);
}

} // namespace detail
WASIO_END
