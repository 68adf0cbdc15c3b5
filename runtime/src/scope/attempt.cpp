#include <wasio/attempt.h>
#include <wasio/detail/task_record.h>

#if WASIO_EXCEPTIONS
#include <exception>
#endif

WASIO_BEGIN
namespace detail {

Boundary::Hold AttemptStage::before_unwind(TaskRecord&, Ending how) {
  return how == Ending::error ? Boundary::Hold::stop : Boundary::Hold::pass;
}

Next AttemptStage::body_ended(TaskRecord& task, Ending how) {
  if (how == Ending::cancelled) return Next::cancel;
  if (how == Ending::error) error_ = task.take_error();
  return Next::resume;
}

#if WASIO_EXCEPTIONS
void throw_error(Error&& error) {
  if (auto* thrown = error.payload<std::exception_ptr>()) std::rethrow_exception(*thrown);
  throw std::move(error);
}
#endif

} // namespace detail
WASIO_END
