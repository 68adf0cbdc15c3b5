#include <wasio/memory.h>

#include <array>
#include <cstdlib>
#include <utility>

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
  bool failed = false;
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
  void* block;
  if (keeps(size)) [[likely]] {
    FreeBlock*& list = allocator.lists[class_of(size)];
    if (FreeBlock* const first = list) [[likely]] {
      list = first->next;
      ++allocator.live_blocks;
      return first;
    }
    block = std::malloc(size_of_class(class_of(size)));
  } else {
    block = std::malloc(size);
  }
  if (block) [[likely]] {
    ++allocator.live_blocks;
  } else {
    allocator.failed = true;
  }
  return block;
}

void release(void* block, std::size_t size) noexcept {
  --allocator.live_blocks;
  if (!keeps(size)) [[unlikely]]
    return std::free(block);
  FreeBlock*& list = allocator.lists[class_of(size)];
  list = new (block) FreeBlock{list};
}

bool take_allocation_failure() noexcept {
  return std::exchange(allocator.failed, false);
}

} // namespace detail

MemoryUse memory_use() noexcept {
  std::size_t kept = 0;
  for (std::size_t index = 0; index < allocator.lists.size(); ++index)
    for (const FreeBlock* block = allocator.lists[index]; block; block = block->next)
      kept += size_of_class(index);
  return {allocator.live_blocks, kept};
}

void trim_memory() noexcept {
  for (FreeBlock*& list : allocator.lists) {
    while (FreeBlock* first = list) {
      list = first->next;
      std::free(first);
    }
  }
}

WASIO_END
