#include <wasio/runtime.h>
#include <wasio/trace/instrument.h>

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

TaskRef TraceEvent::task() const {
  return node ? TaskRef(*detail::task_of(*node)) : TaskRef();
}

unsigned TraceEvent::depth() const {
  unsigned depth = 0;
  for (const auto* at = node; at && at->kind != detail::ScopeNode::Kind::task; at = at->outer)
    ++depth;
  return depth;
}

Instrument::~Instrument() {
  if (watched_) watched_->remove_instrument(*this);
}

void Runtime::add_instrument(Instrument& instrument) {
  if (instrument.watched_) panic("add_instrument(): the instrument is already added to a runtime");
  instrument.watched_ = this;
  tell_ = [](Runtime& runtime, const TraceEvent& event) { runtime.tell_all(event); };
  instruments_.push_back(&instrument);
  set(watching, true);
}

void Runtime::remove_instrument(Instrument& instrument) {
  if (instrument.watched_ != this) return;
  instrument.watched_ = nullptr;
  // Only cleared here: while `tell_all` iterates, the entries must keep their positions.
  std::ranges::replace(instruments_, &instrument, nullptr);
  if (!telling_) forget_removed();
}

void Runtime::forget_removed() {
  std::erase(instruments_, nullptr);
  if (instruments_.empty()) set(watching, false);
}

// Called when the runtime is destroyed: instruments may outlive it.
void Runtime::leave_instruments() {
  for (Instrument* const instrument : instruments_) instrument->watched_ = nullptr;
}

void Runtime::tell_all(const TraceEvent& event) {
  if (telling_) return;
  telling_ = true;
  // A host's callback may cause an event outside of a turn.
  const Entered entered(*this);
  // An instrument added during the loop does not get this event.
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
  // The last instrument may have been removed during the previous event.
  if (!watched()) return;
  const bool of_wait = kind == TraceEventKind::wait_begun || kind == TraceEventKind::wait_ended;
  const std::string_view what = of_wait ? task.waits_for() : std::string_view();
  tell_(*this, {.kind = kind, .what = what, .ending = task.ending, .node = &task});
}

void Runtime::emit_timer(TraceEventKind kind, Instant when) {
  tell_(*this, {.kind = kind, .when = when});
}

void Runtime::emit_scope(TraceEventKind kind, detail::ScopeNode& node) {
  tell_(*this, {.kind = kind, .what = word_for(node), .source = node.source, .node = &node});
}

WASIO_END
