#include <wasio/detail/host_report.h>
#include <wasio/unhandled_error.h>

WASIO_BEGIN
namespace {

void report_on_host(const Error& error) {
  detail::host_report("unhandled error: " + describe(error));
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
