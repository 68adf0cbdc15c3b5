#include <wasio/race.h>
#include <wasio/unhandled_error.h>

WASIO_BEGIN
namespace detail {

void RaceSet::refuse_empty(Frame& awaiting) {
  leave_with_error(awaiting, Error(errors::misuse, "race(): the range is empty"));
}

void RaceSet::child_ended(TaskRecord& branch, Ending how) {
  if (how == Ending::value && !winner_ && !failed()) {
    winner_ = &branch;
    cancel_losers();
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

void RaceSet::cancel_losers() {
  InnerNode::cancel(CancelSource::sibling, cancel_reason("another branch won the race"));
}

// The tasks are in the set already. So an exception of a wait is an error of the race, like one
// of a body.
void MixedRaceSet::arm_waits() {
#if WASIO_EXCEPTIONS
  try {
    waits_.arm(*host, *this);
  } catch (...) {
    part_ended(Ending::error, current_exception_as_error());
  }
#else
  waits_.arm(*host, *this);
#endif
}

// If the race is cancelled already, its waits have no effect, and its tasks run to their first
// checkpoints.
void MixedRaceSet::wait(Frame& awaiting) {
  if (!host->scope().reached) arm_waits();
  // A cancel that came while the waits were being armed found no wait to ask.
  if (host->scope().reached) waits_.stop();
  RaceSet::wait(awaiting);
}

void MixedRaceSet::child_ended(TaskRecord& branch, Ending how) {
  const bool wait_has_won = waits_.winner() && !failed();
  if (!wait_has_won) {
    if (how != Ending::cancelled) waits_.stop();
    RaceSet::child_ended(branch, how);
  } else if (how == Ending::error) {
    report_unhandled(branch.error());
  }
}

void MixedRaceSet::branch_ended(Wait& branch) {
  const bool has_failed = host->next() == Next::fail;
  if (has_failed) host->decide(pending() ? Next::joined : Next::resume);
  if (!waits_.won_by(branch)) return;
  if (has_failed) {
    part_ended(Ending::error, host->take_error());
  } else {
    cancel_losers();
  }
}

Wait::Stop MixedRaceSet::stop() {
  waits_.stop();
  return RaceSet::stop();
}

Next MixedRaceSet::resumed(TaskRecord& host) {
  const Next next = RaceSet::resumed(host);
  return next == Next::cancel && waits_.winner() ? Next::resume : next;
}

} // namespace detail
WASIO_END
