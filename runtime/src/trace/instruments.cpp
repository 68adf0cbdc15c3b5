#include "instruments.h"

#include <wasio/unhandled_error.h>

#include <algorithm>

WASIO_BEGIN
namespace detail {
namespace {

Result<> tell_one(Instrument& instrument, const TraceEvent& event) {
#if WASIO_EXCEPTIONS
  try {
    return instrument.on_event(event);
  } catch (...) {
    return std::unexpected(current_exception_as_error());
  }
#else
  return instrument.on_event(event);
#endif
}

} // namespace

// Inline in the three events below: what an instrument costs is this.
[[gnu::always_inline]] inline void Instruments::tell(const TraceEvent& event) {
  if (telling_) return;
  telling_ = true;
  // A host callback may cause an event outside a turn.
  const Scheduler::Entered entered(scheduler_);
  // An instrument added during the loop does not receive this event.
  const std::size_t count = instruments_.size();
  for (std::size_t i = 0; i < count; ++i) {
    Instrument* const instrument = instruments_[i];
    if (!instrument) continue;
    if (const Result<> told = tell_one(*instrument, event); !told) {
      remove(*instrument);
      report_unhandled(told.error());
    }
  }
  telling_ = false;
  if (has_gaps_) forget_removed();
}

Instruments* Instruments::of(Scheduler& scheduler) {
  return static_cast<Instruments*>(scheduler.observers());
}

Instruments& Instruments::made_of(Scheduler& scheduler) {
  if (!scheduler.observers()) scheduler.set_observers(std::make_unique<Instruments>(scheduler));
  return *of(scheduler);
}

Instruments::~Instruments() {
  for (Instrument* const instrument : instruments_)
    if (instrument) instrument->watched_ = nullptr;
}

void Instruments::add(Instrument& instrument) {
  if (instrument.watched_) panic("add_instrument(): the instrument is already added to a runtime");
  instrument.watched_ = this;
  instruments_.push_back(&instrument);
}

void Instruments::remove(Instrument& instrument) {
  if (instrument.watched_ != this) return;
  instrument.watched_ = nullptr;
  // Only cleared here: while an event is being reported, entries keep their positions.
  std::ranges::replace(instruments_, &instrument, nullptr);
  has_gaps_ = true;
  if (!telling_) forget_removed();
}

void Instruments::forget_removed() {
  has_gaps_ = false;
  std::erase(instruments_, nullptr);
  if (instruments_.empty()) scheduler_.set_observers(nullptr); // this is gone
}

void Instruments::set_slow_step_limit(Duration limit) {
  // Its destructor must only leave a gap, as while an event is being reported.
  const bool telling = std::exchange(telling_, true);
  slow_steps_.reset();
  telling_ = telling;
  if (!limit.is_forever()) add(slow_steps_.emplace(limit));
  if (!telling_ && has_gaps_) forget_removed();
}

void Instruments::task_event(TraceEventKind kind, TaskRecord& task) {
  const bool of_wait = kind == TraceEventKind::wait_begun || kind == TraceEventKind::wait_ended;
  tell({.kind = kind,
        .what = of_wait ? task.waits_for() : std::string_view(),
        .ending = task.ending(),
        .node = &task});
}

void Instruments::timer_event(TraceEventKind kind, Instant when) {
  tell({.kind = kind, .when = when});
}

void Instruments::scope_event(TraceEventKind kind, ScopeNode& node) {
  tell({.kind = kind, .what = word_for(node), .source = node.source, .node = &node});
}

void add_instrument(Scheduler& scheduler, Instrument& instrument) {
  Instruments::made_of(scheduler).add(instrument);
}

void remove_instrument(Scheduler& scheduler, Instrument& instrument) {
  if (Instruments* const instruments = Instruments::of(scheduler)) instruments->remove(instrument);
}

} // namespace detail

TaskRef TraceEvent::task() const {
  return node ? detail::ref_to(*detail::task_of(*node)) : TaskRef();
}

unsigned TraceEvent::depth() const {
  unsigned depth = 0;
  for (const auto* at = node; at && at->kind != detail::ScopeNode::Kind::task; at = at->outer)
    ++depth;
  return depth;
}

Instrument::~Instrument() {
  if (watched_) watched_->remove(*this);
}

WASIO_END
