#include <wasio/as_completed.h>

WASIO_BEGIN
namespace detail {

void CompletionSet::child_ended(TaskRecord& branch, Ending how) {
  if (how == Ending::cancelled) return part_ended(how, {});
  completed_.add(branch);
  if (pending() && !stopped_) complete();
}

void CompletionSet::stop_because(const char* reason) {
  stopped_ = true;
  InnerNode::cancel(CancelSource::sibling, cancel_reason(reason));
}

// The host continues after waiting for the next outcome or for the last branch.
Next CompletionSet::resumed(TaskRecord& host) {
  if (!unwinding_) return go_on(host);
  unwinding_ = false;
  return go_on_after(host.ending());
}

Next CompletionSet::go_on(TaskRecord& host) {
  TaskRecord* const next = stopped_ ? nullptr : completed_.take_first();
  if (!next) {
    if (!wait_until_empty(host)) return Next::suspend;
    keep_or_report_the_rest();
    return settle(host, first_with_others);
  }
  more_.put(true);
  Frame* const first = hand_over(*next);
  if (!first) [[unlikely]] {
    host.raise(nothing_to_start());
    return body_ended(host, Ending::error);
  }
  return host.run_above(*this, *first, &more_);
}

// Errors that were not handed to the function: they join an error that propagates anyway, and are
// reported otherwise.
void CompletionSet::keep_or_report_the_rest() {
  while (const TaskRecord* const branch = completed_.take_first()) {
    if (branch->ending() != Ending::error) continue;
    if (failed()) {
      keep_error(branch->error());
    } else {
      report_lost(branch->error());
    }
  }
}

// The function's frames stay until the last branch has ended, like those of a group's body.
Boundary::Hold CompletionSet::before_unwind(TaskRecord& host, Ending how) {
  if (how == Ending::error) {
    stop_because("as_completed(): the function failed");
  } else {
    stopped_ = true;
  }
  unwinding_ = !wait_until_empty(host);
  return unwinding_ ? Hold::wait : Hold::pass;
}

Next CompletionSet::body_ended(TaskRecord& host, Ending how) {
  if (how != Ending::value) {
    stopped_ = true;
    part_ended(how, host.take_error());
  } else if (!more_.value()) {
    stop_because("as_completed(): the function wants no more outcomes");
  }
  return go_on(host);
}

} // namespace detail
WASIO_END
