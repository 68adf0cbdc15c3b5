#include <wasio/sleep.h>
#include <wasio/trace/trace_recorder.h>

#include <array>

WASIO_BEGIN
namespace {

std::string_view word_for(TraceEventKind kind) {
  constexpr std::array<std::string_view, 13> words = {
      "task_spawned",  "task_scheduled",  "step_begun", "step_ended", "task_ended",
      "scope_entered", "scope_cancelled", "scope_left", "timer_set",  "timer_cancelled",
      "timer_fired",   "wait_begun",      "wait_ended"};
  return words[static_cast<std::size_t>(kind)];
}

std::string_view word_for(Ending ending) {
  constexpr std::array<std::string_view, 3> words = {"value", "error", "cancelled"};
  return words[static_cast<std::size_t>(ending)];
}

} // namespace

Result<> TraceRecorder::on_event(const TraceEvent& event) {
  const Instant time = now();
  if (text_.empty()) start_ = time;
  text_ += join_text(describe(time - start_), ' ', word_for(event.kind));
  if (event.node) {
    const TaskRef task = event.task();
    if (!task) return std::unexpected(detail::no_memory());
    add_task(task);
    add_details(event, task);
  } else {
    text_ += join_text(' ', describe(event.when - start_));
  }
  text_ += '\n';
  return {};
}

void TraceRecorder::add_task(const TaskRef& task) {
  text_ += join_text(" #", task.id());
  const std::string_view name = task.given_name();
  if (!name.empty()) text_ += ' ';
  // Keeps each event on one line, whatever the name contains.
  for (const char c : name) text_ += static_cast<unsigned char>(c) < ' ' ? '?' : c;
}

void TraceRecorder::add_details(const TraceEvent& event, const TaskRef& task) {
  switch (event.kind) {
  case TraceEventKind::task_spawned:
    return add_place(task.spawned_at());
  case TraceEventKind::task_ended:
    text_ += join_text(' ', word_for(event.ending));
    return;
  case TraceEventKind::scope_entered:
  case TraceEventKind::scope_left:
    text_ += join_text(' ', event.what, ' ', event.depth());
    return;
  case TraceEventKind::scope_cancelled:
    text_ += join_text(' ', event.what, ' ', event.depth(), " by ", detail::word_for(event.source));
    return;
  case TraceEventKind::wait_begun:
    text_ += join_text(' ', event.what);
    return add_place(task.waits_at());
  case TraceEventKind::wait_ended:
    text_ += join_text(' ', event.what);
    return;
  default:
    return;
  }
}

void TraceRecorder::add_place(Place place) {
  if (place.known()) text_ += join_text(' ', place.file(), ':', place.line());
}

WASIO_END
