#include <wasio/outcome.h>
#include <wasio/unhandled_error.h>

WASIO_BEGIN
namespace detail {

void report_lost(const Error& error) {
  if (!error.is(errors::task_cancelled)) report_unhandled(error);
}

} // namespace detail
WASIO_END
