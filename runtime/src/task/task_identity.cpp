#include <wasio/detail/task_identity.h>

#include <cstring>
#include <new>

WASIO_BEGIN
namespace detail {

TaskIdentity* TaskIdentity::make(std::string_view name) {
  void* const block = allocate(sizeof(TaskIdentity) + name.size());
  if (!block) {
    take_allocation_failure(); // only the name is lost
    return nullptr;
  }
  auto* const made = new (block) TaskIdentity;
  made->name_size = static_cast<std::uint32_t>(name.size());
  if (!name.empty()) std::memcpy(made->characters(), name.data(), name.size());
  return made;
}

} // namespace detail
WASIO_END
