#include <wasio/gather.h>
#include <wasio/runtime.h>

WASIO_BEGIN
namespace detail {

void GatherSet::open(Frame& awaiting) {
  TaskRecord& host = current_task_record();
  host.top = &awaiting;
  node.enter(host);
}

void GatherSet::add_branch(TaskRecord& branch) {
  add(branch, *node.host->home);
}

void GatherSet::wait(Frame& awaiting) {
  TaskRecord& host = *node.host;
  leave_to_loop(awaiting, wait_until_empty(host) ? resumed(host) : Next::suspend);
}

namespace {

Error first_with_others(std::vector<Error> errors) {
  Error first = std::move(errors.front());
  errors.erase(errors.begin());
  return errors.empty() ? first : std::move(first).with_others(std::move(errors));
}

} // namespace

Next GatherSet::resumed(TaskRecord& host) {
  return settle(host, first_with_others);
}

} // namespace detail
WASIO_END
