// A task's origin, and the part of it that outlives its record.
#pragma once

#include <wasio/detail/counted.h>
#include <wasio/memory.h>
#include <wasio/place.h>

#include <cstdint>
#include <string_view>

WASIO_BEGIN
namespace detail {

class TaskRecord;

// The place of a call, as passed by a default argument; empty if places are not recorded.
#if WASIO_PLACES == 0
struct CallPlace {
  static constexpr CallPlace current() { return {}; }
};
inline Place place_of(CallPlace) {
  return {};
}
#else
using CallPlace = std::source_location;
inline Place place_of(CallPlace at) {
  return Place(at);
}
#endif

// The facts about a task that remain known after its record is gone. Made for tasks with a name and
// for those that a TaskRef refers to.
struct TaskIdentity : Counted<TaskIdentity> {
  std::uint32_t name_size = 0;
  TaskRecord* task = nullptr; // null once the record is gone; then the next two are set
  std::uint32_t id = 0;
  [[no_unique_address]] CallPlace spawned_at{};

  // Returns null if memory is exhausted.
  static TaskIdentity* make(std::string_view name);
  void no_references() { release(this, sizeof(TaskIdentity) + name_size); }
  // The characters follow the object in memory.
  char* characters() { return reinterpret_cast<char*>(this + 1); }
  std::string_view name() const { return {reinterpret_cast<const char*>(this + 1), name_size}; }
};

} // namespace detail
WASIO_END
