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

// Entries are left only if the runtime was destroyed.
ExitStack::~ExitStack() {
  delete running_;
  while (ExitEntry* const entry = pop()) delete entry;
}

Result<> ExitStack::push(ExitEntry* entry, Duration within) {
  if (!entry) return std::unexpected(detail::no_memory());
  const char* wrong = nullptr;
  if (!cleanup_) wrong = "cannot add to an exit stack that has ended";
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
  if (!other.cleanup_)
    return std::unexpected(Error(errors::misuse, "cannot move to an exit stack that has ended"));
  if (!last_ || &other == this) return {};
  ExitEntry* first = last_;
  while (first->before) first = first->before;
  first->before = std::exchange(other.last_, std::exchange(last_, nullptr));
  return {};
}

// Called when the body has ended, and again when each cleanup has. The outcome after one cleanup is
// what the next one starts from.
Next ExitStack::body_ended(detail::TaskRecord& task, Ending how, detail::Boundary& boundary) {
  Next next = cleanup_->running() ? cleanup_->ended(task, how) : detail::go_on_after(how);
  for (;;) {
    delete std::exchange(running_, nullptr);
    running_ = pop();
    if (!running_) break;
    detail::Frame* const first = running_->begin();
    cleanup_.emplace(running_->within);
    next = cleanup_->begin(task, ending_before(next), boundary, first);
    if (first) return next;
  }
  cleanup_.reset();
  return next;
}

namespace detail {

bool ExitStackStage::enter(Frame& awaiting, InnerBoundary& boundary) {
  boundary_ = &boundary;
  return !stack_.cleanup_->refused(awaiting);
}

Next ExitStackStage::body_ended(TaskRecord& task, Ending how) {
  if (!stack_.cleanup_->running()) holds_value_ = how == Ending::value;
  return stack_.body_ended(task, how, *boundary_);
}

} // namespace detail
WASIO_END
