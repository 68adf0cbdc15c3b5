#include <wasio/detail/live_object.h>
#include <wasio/detail/scheduler.h>
#include <wasio/memory.h>
#include <wasio/testing/leak_check.h>

WASIO_BEGIN
namespace detail {

#if WASIO_DEBUG
namespace {

constinit List<LiveObject> live_objects;
constinit std::uint64_t last_live_object = 0;

} // namespace

LiveObject::LiveObject(LiveKind kind) : kind(kind), number(++last_live_object) {
  live_objects.add(*this);
}
LiveObject::~LiveObject() {
  live_objects.remove(*this);
}
const List<LiveObject>& LiveObject::all() {
  return live_objects;
}
std::uint64_t LiveObject::last_number() {
  return last_live_object;
}

namespace {

Leak leak_of(const LiveObject& object) {
  if (object.kind == LiveKind::frame)
    return {Leak::Kind::frame, static_cast<const Frame&>(object).place()};
  const auto& task = static_cast<const TaskRecord&>(object);
  return {task.ended() ? Leak::Kind::handle : Leak::Kind::task, place_of(task.spawned_at())};
}

} // namespace
#endif

} // namespace detail

LeakCheck::LeakCheck()
    : blocks_(memory_use().live_blocks), timers_(detail::Scheduler::current().timers().size()) {
#if WASIO_DEBUG
  last_object_ = detail::LiveObject::last_number();
#endif
}

LeakReport LeakCheck::report() const {
  const auto more = [](std::size_t now, std::size_t before) {
    return now > before ? now - before : 0;
  };
  LeakReport report;
  report.blocks = more(memory_use().live_blocks, blocks_);
  report.timers = more(detail::Scheduler::current().timers().size(), timers_);
#if WASIO_DEBUG
  using detail::LiveObject;
  for (auto* object = LiveObject::all().first(); object;
       object = detail::List<LiveObject>::after(*object))
    if (object->number > last_object_) report.leaks.push_back(detail::leak_of(*object));
#endif
  return report;
}

std::string LeakReport::describe() const {
  if (clean()) return {};
  std::string text = join_text(blocks, " frames or records and ", timers, " timers leaked");
  for (const auto& [kind, place] : leaks) {
    const char* const what = kind == Leak::Kind::frame  ? "a frame"
                             : kind == Leak::Kind::task ? "a task"
                                                        : "the result of a task";
    text += join_text("\n  ", what);
    if (place.known())
      text += (kind == Leak::Kind::frame ? " of " : " spawned in ") + wasio::describe(place);
  }
  return text;
}

WASIO_END
