// Where a task comes from, and what outlives it for those who refer to it.
#pragma once

#include <wasio/detail/counted.h>
#include <wasio/memory.h>
#include <wasio/place.h>

#include <cstdint>
#include <string_view>

WASIO_BEGIN
namespace detail {

class TaskRecord;

// The place of a call, as a default argument hands it over; nothing where places are not kept.
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

// What is known of a task, also when its record is gone. Counted; made for tasks with a name, and
// for those that somebody refers to.
struct TaskIdentity : Counted<TaskIdentity> {
  std::uint32_t name_size = 0;
  TaskRecord* task = nullptr; // null once the record is gone; then the next two are set
  std::uint32_t id = 0;
  [[no_unique_address]] CallPlace spawned_at{};

  // Null: memory is exhausted.
  static TaskIdentity* make(std::string_view name);
  void no_references() { release(this, sizeof(TaskIdentity) + name_size); }
  // The characters stand behind the object.
  char* characters() { return reinterpret_cast<char*>(this + 1); }
  std::string_view name() const { return {reinterpret_cast<const char*>(this + 1), name_size}; }
};

} // namespace detail
WASIO_END
