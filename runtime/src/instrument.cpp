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
  tell_ = [](Runtime& runtime, const TraceEvent& event) { runtime.tell_all(event); };
  instruments_.push_back(&instrument);
}

void Runtime::remove_instrument(Instrument& instrument) {
  // Those behind one that is being told must keep their places.
  std::ranges::replace(instruments_, &instrument, nullptr);
  if (!telling_) forget_removed();
}

void Runtime::forget_removed() {
  std::erase(instruments_, nullptr);
  if (instruments_.empty()) tell_ = nullptr;
}

void Runtime::tell_all(const TraceEvent& event) {
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
  forget_removed();
}

void Runtime::emit(TraceEventKind kind, detail::TaskRecord& task) {
  const TaskRef about(task);
  tell_(*this, {.kind = kind, .task = about, .what = about.waits_for(), .ending = task.ending});
}

void Runtime::emit_timer(TraceEventKind kind, Instant when) {
  tell_(*this, {.kind = kind, .when = when});
}

namespace {

unsigned depth_of(const detail::ScopeNode& node) {
  unsigned depth = 0;
  for (const auto* at = &node; at->kind != detail::ScopeNode::Kind::task; at = at->outer) ++depth;
  return depth;
}

} // namespace

void Runtime::emit_scope(TraceEventKind kind, detail::ScopeNode& node) {
  tell_(*this, {.kind = kind,
                .task = TaskRef(*task_of(node)),
                .depth = depth_of(node),
                .what = word_for(node),
                .source = node.source});
}

WASIO_END
