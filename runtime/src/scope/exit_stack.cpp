#include <wasio/detail/task_record.h>
#include <wasio/exit_stack.h>

WASIO_BEGIN

using detail::Ending;
using detail::ExitEntry;
using detail::Next;

namespace {

Ending ending_before(Next next) {
  if (next == Next::resume) return Ending::value;
  return next == Next::fail ? Ending::error : Ending::cancelled;
}

} // namespace

// Entries are left over only when the runtime is gone.
ExitStack::~ExitStack() {
  delete running_;
  while (ExitEntry* const entry = pop()) delete entry;
}

Result<> ExitStack::push(ExitEntry* entry, Duration within) {
  if (!entry) return std::unexpected(Error(errors::out_of_memory));
  const char* wrong = nullptr;
  if (!stage_) wrong = "added to an exit stack that has ended";
  if (within.is_nan()) wrong = detail::limit_is_nan;
  if (wrong) {
    const detail::QuietDiscards quiet;
    delete entry;
    return std::unexpected(Error(errors::misuse, wrong));
  }
  entry->within = within.is_forever() ? limit_ : within;
  entry->before = std::exchange(last_, entry);
  return {};
}

ExitEntry* ExitStack::pop() {
  if (!last_) return nullptr;
  return std::exchange(last_, last_->before);
}

Result<> ExitStack::move_to(ExitStack& other) {
  if (!other.stage_)
    return std::unexpected(Error(errors::misuse, "moved to an exit stack that has ended"));
  if (!last_ || &other == this) return {};
  ExitEntry* first = last_;
  while (first->before) first = first->before;
  first->before = std::exchange(other.last_, std::exchange(last_, nullptr));
  return {};
}

// Called when the body has ended, and again when a cleanup has. What one gives is what the next one
// is to let go on.
Next ExitStack::body_ended(detail::TaskRecord& task, Ending how, detail::Boundary& boundary) {
  Next next = detail::go_on_after(how);
  if (stage_->in_cleanup()) {
    next = stage_->cleanup_ended(task, how);
  } else {
    holds_value_ = how == Ending::value;
  }
  for (;;) {
    delete std::exchange(running_, nullptr);
    running_ = pop();
    if (!running_) break;
    detail::Frame* const first = running_->begin();
    stage_.emplace(running_->within);
    next = stage_->begin_cleanup(task, ending_before(next), boundary, first, &nothing_);
    if (first) return next;
  }
  stage_.reset();
  return next;
}

WASIO_END
