#include <wasio/task_origin.h>

#include <cstring>
#include <new>

WASIO_BEGIN
namespace detail {

// Without memory for it, the name is lost and nothing else.
TaskOrigin::TaskOrigin(std::string_view name, CallPlace place) : place_(place) {
  if (name.empty()) return;
  void* const block = allocate(block_size(name.size()));
  if (!block) return;
  name_ = new (block) Name{static_cast<std::uint32_t>(name.size())};
  std::memcpy(name_ + 1, name.data(), name.size());
}

std::string_view TaskOrigin::given_name() const {
  return name_ ? std::string_view(reinterpret_cast<const char*>(name_ + 1), name_->size)
               : std::string_view();
}

Place TaskOrigin::place() const {
#if WASIO_PLACES == 0
  return {};
#else
  return Place(place_);
#endif
}

} // namespace detail
WASIO_END
