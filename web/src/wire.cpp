#include <wasio/web/wire.h>

WASIO_BEGIN
namespace detail {
namespace {

// Shorter ones are copied: JavaScript reads them faster where it reads anyway.
constexpr std::size_t longest_copied = 64;

} // namespace

bool Writer::grow(std::size_t size) {
  const std::size_t capacity = 2 * (capacity_ + size);
  auto* const larger = static_cast<std::byte*>(allocate(capacity));
  if (!larger) return false;
  std::memcpy(larger, start_, size_);
  if (start_ != inline_) release(start_, capacity_);
  start_ = larger;
  capacity_ = capacity;
  return true;
}

std::byte* Writer::next(std::size_t size, std::size_t alignment) {
  const std::size_t offset = aligned(size_, alignment);
  if (failed_ || (offset + size > capacity_ && !grow(size + alignment))) {
    failed_ = true;
    return nullptr;
  }
  size_ = offset + size;
  return start_ + offset;
}

void Writer::items(const void* items, std::size_t count, std::size_t size) {
  const auto number_of_items = static_cast<std::uint32_t>(count);
  if (count * size > longest_copied) {
    number(number_of_items | elsewhere);
    number(static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(items)));
    return;
  }
  number(number_of_items);
  if (count == 0) return;
  if (std::byte* const place = next(count * size, size)) std::memcpy(place, items, count * size);
}

} // namespace detail
WASIO_END
