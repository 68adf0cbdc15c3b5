#include <wasio/branch.h>
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
  leave_to_loop(awaiting, wait_until_empty(*host) ? resumed(*host) : Next::suspend);
}

} // namespace detail
WASIO_END
