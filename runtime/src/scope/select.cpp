#include <wasio/detail/scheduler.h>
#include <wasio/select.h>

WASIO_BEGIN
namespace detail {

void Selection::refuse_empty(Frame& awaiting, std::string_view function) {
  leave_with_error(awaiting, Error(errors::misuse, join_text(function, ": the range is empty")));
}

void Selection::start() {
  waits_.arm(task(), *this, firsts_ > 1 ? task().scheduler().random().below(firsts_) : 0);
  if (waits_.winner()) complete();
}

Wait::Stop Selection::stop() {
  waits_.stop();
  return Stop::stopped;
}

void Selection::branch_ended(Wait& branch) {
  if (waits_.won_by(branch) && pending()) complete();
}

} // namespace detail
WASIO_END
