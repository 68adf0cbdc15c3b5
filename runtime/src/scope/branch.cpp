#include <wasio/detail/branch.h>
#include <wasio/detail/task_record.h>

WASIO_BEGIN
namespace detail {

void BranchSet::open(Frame& awaiting) {
  TaskRecord& task = current_task_record();
  task.leave(awaiting, Next::resume);
  InnerNode::enter(task);
}

void BranchSet::add_branch(TaskRecord& branch) {
  add(branch, host->scheduler());
}

void BranchSet::wait(Frame& awaiting) {
  wait_in(awaiting, *host);
}

void BranchSet::refuse_no_concurrency(Frame& awaiting) const {
  leave_with_error(awaiting,
                   Error(errors::misuse, join_text(what(), "(): concurrency must not be 0")));
}

} // namespace detail
WASIO_END
