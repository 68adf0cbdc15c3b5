// The smallest async function that JavaScript can call.
#include <wasio/export.h>
#include <wasio/task.h>

static wasio::Task<int> twice(int value) {
  co_return 2 * value;
}
WASIO_EXPORT(twice, value)
