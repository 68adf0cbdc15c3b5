#include <wasio/gather.h>

WASIO_BEGIN
namespace detail {

Next GatherSet::resumed(TaskRecord& host) {
  return settle(host, first_with_others);
}

// The errors are kept in case the outcomes are not delivered.
void SettledSet::child_ended(TaskRecord& branch, Ending how) {
  if (how == Ending::cancelled) {
    part_ended(how, {});
  } else if (how == Ending::error) {
    keep_error(branch.error());
  }
}

Next SettledSet::resumed(TaskRecord& host) {
  const std::vector<Error> errors = std::exchange(errors_, {});
  const Next next = settle(host, first_with_others);
  if (next == Next::cancel)
    for (const Error& error : errors) report_lost(error);
  return next;
}

} // namespace detail
WASIO_END
