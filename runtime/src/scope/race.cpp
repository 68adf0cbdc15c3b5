#include <wasio/race.h>
#include <wasio/unhandled_error.h>

WASIO_BEGIN
namespace detail {

void RaceSet::refuse_empty(Frame& awaiting) {
  leave_with_error(awaiting, Error(errors::misuse, "race(): the range is empty"));
}

void RaceSet::child_ended(TaskRecord& branch, Ending how) {
  if (how == Ending::value && !winner_ && errors_.empty()) {
    winner_ = &branch;
    InnerNode::cancel(CancelSource::sibling, cancel_reason("another branch won the race"));
  } else if (how == Ending::error && winner_) {
    report_unhandled(branch.error());
  } else {
    part_ended(how, branch.error());
  }
}

// Without a winner and without an error, all branches have ended as cancelled.
Next RaceSet::resumed(TaskRecord& host) {
  const Next next = settle(host, first_with_others);
  if (next == Next::fail) return next;
  return winner_ ? Next::resume : Next::cancel;
}

} // namespace detail
WASIO_END
