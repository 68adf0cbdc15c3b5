#include <wasio/instrument.h>
#include <wasio/runtime.h>

#include <algorithm>

WASIO_BEGIN
namespace {

Result<> tell(Instrument& instrument, const TraceEvent& event) {
#if WASIO_EXCEPTIONS
  try {
    return instrument.on_event(event);
  } catch (...) {
    return std::unexpected(detail::current_exception_as_error());
  }
#else
  return instrument.on_event(event);
#endif
}

} // namespace

void Runtime::add_instrument(Instrument& instrument) {
  instruments_.push_back(&instrument);
}

void Runtime::remove_instrument(Instrument& instrument) {
  // One that is being told must find its place in the line again.
  std::ranges::replace(instruments_, &instrument, nullptr);
  if (!telling_) std::erase(instruments_, nullptr);
}

void Runtime::emit(const TraceEvent& event) {
  if (telling_) return;
  telling_ = true;
  // One that is added now has missed this event.
  const std::size_t count = instruments_.size();
  for (std::size_t i = 0; i < count; ++i) {
    Instrument* const instrument = instruments_[i];
    if (!instrument) continue;
    if (const Result<> told = tell(*instrument, event); !told) {
      remove_instrument(*instrument);
      report_unhandled(told.error());
    }
  }
  telling_ = false;
  std::erase(instruments_, nullptr);
}

WASIO_END
