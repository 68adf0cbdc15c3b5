#include <wasio/catch_group.h>
#include <wasio/detail/task_record.h>

#include <algorithm>

WASIO_BEGIN
namespace detail {

void CatchRun::open(InnerBoundary& boundary, std::span<ErrorHandler* const> handlers) {
  boundary_ = &boundary;
  left_ = handlers;
}

// Whether a handler may match. Handlers take only leaves, but `has` looks at groups too.
bool CatchRun::handles(const Error& error) const {
  return std::ranges::any_of(
      left_, [&](const ErrorHandler* handler) { return error.has(*handler->kind); });
}

Boundary::Hold CatchRun::before_unwind(TaskRecord& task, Ending how) const {
  const bool goes_on = handling_ || (how == Ending::error && handles(task.error()));
  return goes_on ? Boundary::Hold::stop : Boundary::Hold::pass;
}

// Called when the body has ended, and again when each handler has.
Next CatchRun::body_ended(TaskRecord& task, Ending how) {
  if (handling_) {
    if (how == Ending::error) raised_.push_back(task.take_error());
    if (how == Ending::cancelled) cancelled_ = true;
    return next_handler(task);
  }
  if (how == Ending::cancelled) return Next::cancel;
  has_value_ = how == Ending::value;
  if (has_value_) return Next::resume;
  if (!handles(task.error())) return Next::fail;
  handling_ = true;
  rest_ = task.take_error();
  if (!rest_.is_group()) rest_ = error_group({std::move(rest_)});
  return next_handler(task);
}

Next CatchRun::next_handler(TaskRecord& task) {
  while (rest_ && !left_.empty()) {
    ErrorHandler& handler = *left_.front();
    left_ = left_.subspan(1);
    ErrorSplit parts = rest_.split([&](const Error& leaf) { return leaf.is(*handler.kind); });
    if (!parts.matching) continue;
    rest_ = std::move(parts.rest);
    part_ = std::move(parts.matching);
    Frame* const first = handler.begin(part_);
    if (!first) [[unlikely]] {
      raised_.push_back(nothing_to_start());
      continue;
    }
    return task.run_above(*boundary_, *first, nullptr);
  }
  return finish(task);
}

Next CatchRun::finish(TaskRecord& task) {
  if (rest_) raised_.push_back(std::move(rest_));
  if (raised_.empty()) return cancelled_ ? Next::cancel : Next::resume;
  return task.raise(raised_.size() == 1 ? std::move(raised_.front())
                                        : error_group(std::move(raised_)));
}

} // namespace detail
WASIO_END
