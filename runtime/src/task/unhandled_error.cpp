#include <wasio/detail/host_report.h>
#include <wasio/memory.h>
#include <wasio/unhandled_error.h>

WASIO_BEGIN
namespace {

// What the description of most errors fits into, copies included.
constexpr std::size_t room_to_describe = 8192;

void report_on_host(const Error& error) {
  if (detail::has_memory(room_to_describe)) {
    detail::host_report("unhandled error: " + describe(error));
  } else {
    detail::host_report("unhandled error, and no memory to describe it");
  }
}

constinit UnhandledErrorHook unhandled_hook = nullptr;

} // namespace

UnhandledErrorHook set_unhandled_error_hook(UnhandledErrorHook hook) {
  return std::exchange(unhandled_hook, hook);
}

void report_unhandled(const Error& error) {
#if WASIO_EXCEPTIONS
  try {
    (unhandled_hook ? unhandled_hook : report_on_host)(error);
  } catch (...) {
    report_on_host(error);
  }
#else
  (unhandled_hook ? unhandled_hook : report_on_host)(error);
#endif
}

WASIO_END
