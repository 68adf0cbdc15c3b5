#include <wasio/memory.h>

#include <array>
#include <cstdlib>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WASIO_PLAIN_MALLOC 1
#endif
#endif

WASIO_BEGIN
namespace {

// Blocks up to this size come in classes of 16 bytes, which is also the alignment that
// `operator new` promises to coroutine frames.
constexpr std::size_t class_step = 16;
constexpr std::size_t largest_class = 1024;

struct FreeBlock {
  FreeBlock* next;
};

struct Allocator {
  std::array<FreeBlock*, largest_class / class_step> lists{};
  std::size_t live_blocks = 0;
  std::size_t live_bytes = 0;
  std::size_t free_bytes = 0;
};

constinit Allocator allocator;

constexpr std::size_t class_of(std::size_t size) {
  return (size - 1) / class_step;
}
constexpr std::size_t size_of_class(std::size_t index) {
  return (index + 1) * class_step;
}

#ifdef WASIO_PLAIN_MALLOC
constexpr bool keeps(std::size_t) {
  return false;
}
#else
constexpr bool keeps(std::size_t size) {
  return size <= largest_class;
}
#endif

} // namespace

namespace detail {

void* allocate(std::size_t size) noexcept {
  void* block = nullptr;
  if (keeps(size)) [[likely]] {
    const std::size_t index = class_of(size);
    if (FreeBlock* first = allocator.lists[index]) {
      allocator.lists[index] = first->next;
      allocator.free_bytes -= size_of_class(index);
      block = first;
    } else {
      block = std::malloc(size_of_class(index));
    }
  } else {
    block = std::malloc(size);
  }
  if (block) {
    ++allocator.live_blocks;
    allocator.live_bytes += size;
  }
  return block;
}

void release(void* block, std::size_t size) noexcept {
  --allocator.live_blocks;
  allocator.live_bytes -= size;
  if (!keeps(size)) return std::free(block);
  const std::size_t index = class_of(size);
  allocator.free_bytes += size_of_class(index);
  allocator.lists[index] = new (block) FreeBlock{allocator.lists[index]};
}

} // namespace detail

MemoryUse memory_use() noexcept {
  return {allocator.live_blocks, allocator.live_bytes, allocator.free_bytes};
}

void trim_memory() noexcept {
  for (FreeBlock*& list : allocator.lists) {
    while (FreeBlock* first = list) {
      list = first->next;
      std::free(first);
    }
  }
  allocator.free_bytes = 0;
}

WASIO_END
