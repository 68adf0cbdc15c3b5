#include <wasio/gather.h>
#include <wasio/runtime.h>

WASIO_BEGIN
namespace detail {

void GatherSet::open(Frame& awaiting) {
  TaskRecord& task = current_task_record();
  task.top = &awaiting;
  InnerNode::enter(task);
}

void GatherSet::add_branch(TaskRecord& branch) {
  add(branch, *host->home);
}

void GatherSet::wait(Frame& awaiting) {
  leave_to_loop(awaiting, wait_until_empty(*host) ? resumed(*host) : Next::suspend);
}

Next GatherSet::resumed(TaskRecord& host) {
  return settle(host, first_with_others);
}

} // namespace detail
WASIO_END
