// Where a task comes from, and what it is called.
#pragma once

#include <wasio/memory.h>
#include <wasio/place.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

WASIO_BEGIN
namespace detail {

// The place of a call, as a default argument hands it over; nothing where places are not kept.
#if WASIO_PLACES == 0
struct CallPlace {
  static constexpr CallPlace current() { return {}; }
};
#else
using CallPlace = std::source_location;
#endif

// Fixed when the task is spawned. Two words, one without places.
class TaskOrigin {
 public:
  TaskOrigin() = default;
  TaskOrigin(std::string_view name, CallPlace place);
  TaskOrigin(TaskOrigin&& other) noexcept
      : name_(std::exchange(other.name_, nullptr)), place_(other.place_) {}
  TaskOrigin& operator=(TaskOrigin&& other) noexcept {
    std::swap(name_, other.name_);
    std::swap(place_, other.place_);
    return *this;
  }
  ~TaskOrigin() {
    if (name_) release(name_, block_size(name_->size));
  }

  // The name that was given; empty if none was.
  std::string_view given_name() const;
  Place place() const;

 private:
  // The characters stand behind it.
  struct Name {
    std::uint32_t size;
  };
  static std::size_t block_size(std::size_t size) { return sizeof(Name) + size; }

  Name* name_ = nullptr;
  [[no_unique_address]] CallPlace place_{};
};

} // namespace detail
WASIO_END
