#include <wasio/memory.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <new>
#include <utility>
#include <vector>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WASIO_PLAIN_MALLOC 1
#endif
#endif

WASIO_BEGIN
namespace {

// Blocks up to this size come in classes of 8 bytes. One whose size is no multiple of 16 is aligned
// to 8 only: an object that needs more has a size that is a multiple of it.
constexpr std::size_t class_step = 8;
constexpr std::size_t largest_class = 1024;
// malloc's own words beside each block would be a tenth of it, so small ones come in slabs.
constexpr std::size_t slab_size = 1024;

struct FreeBlock {
  FreeBlock* next;
};

// The blocks stand behind it.
struct alignas(16) Slab {
  Slab* next;

  char* blocks() { return reinterpret_cast<char*>(this + 1); }
};

struct SizeClass {
  FreeBlock* free = nullptr;
  Slab* slabs = nullptr;
};

struct Allocator {
  std::array<SizeClass, largest_class / class_step> classes{};
  std::size_t live_large =
      0; // that came from malloc by themselves; the others are counted when asked
  bool failed = false;
};

constinit Allocator allocator;

constexpr std::size_t class_of(std::size_t size) {
  return (size - 1) / class_step;
}
constexpr std::size_t size_of_class(std::size_t index) {
  return (index + 1) * class_step;
}
constexpr std::size_t blocks_in_slab(std::size_t size) {
  return size < slab_size ? slab_size / size : 1;
}

// A new slab's first block; the others are free. Null: memory is exhausted.
[[gnu::noinline]] void* take_from_new_slab(std::size_t index) {
  SizeClass& of = allocator.classes[index];
  const std::size_t size = size_of_class(index);
  const std::size_t count = blocks_in_slab(size);
  void* const memory = std::malloc(sizeof(Slab) + count * size);
  if (!memory) return nullptr;
  Slab* const slab = of.slabs = new (memory) Slab{of.slabs};
  // In the order of their addresses.
  for (std::size_t i = count; --i > 0;)
    of.free = new (slab->blocks() + i * size) FreeBlock{of.free};
  return slab->blocks();
}

// Nothing is larger. Emscripten's emmalloc adds without a look at an overflow, and hands out a
// small block for a size of nearly 4 GB.
constexpr bool may_exist(std::size_t size) {
  return size <= PTRDIFF_MAX;
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

// Null: memory is exhausted.
void* count_large(void* block) {
  if (block) {
    ++allocator.live_large;
  } else {
    allocator.failed = true;
  }
  return block;
}

void release_large(void* block) {
  --allocator.live_large;
  std::free(block);
}

} // namespace

namespace detail {

void* allocate(std::size_t size) noexcept {
  if (keeps(size)) [[likely]] {
    SizeClass& of = allocator.classes[class_of(size)];
    if (FreeBlock* const first = of.free) [[likely]] {
      of.free = first->next;
      return first;
    }
    void* const block = take_from_new_slab(class_of(size));
    if (!block) allocator.failed = true;
    return block;
  }
  return count_large(may_exist(size) ? std::malloc(size) : nullptr);
}

void release(void* block, std::size_t size) noexcept {
  if (!keeps(size)) [[unlikely]]
    return release_large(block);
  SizeClass& of = allocator.classes[class_of(size)];
  of.free = new (block) FreeBlock{of.free};
}

void* allocate_aligned(std::size_t size, std::size_t alignment) noexcept {
  // What aligned_alloc wants.
  const std::size_t multiple = (size + alignment - 1) & ~(alignment - 1);
  return count_large(may_exist(size) ? std::aligned_alloc(alignment, multiple) : nullptr);
}

void release_aligned(void* block) noexcept {
  release_large(block);
}

bool take_allocation_failure() noexcept {
  return std::exchange(allocator.failed, false);
}

} // namespace detail

MemoryUse memory_use() noexcept {
  MemoryUse use{.live_blocks = allocator.live_large, .free_bytes = 0};
  for (std::size_t index = 0; index < allocator.classes.size(); ++index) {
    const SizeClass& of = allocator.classes[index];
    const std::size_t size = size_of_class(index);
    for (const Slab* slab = of.slabs; slab; slab = slab->next)
      use.live_blocks += blocks_in_slab(size);
    for (const FreeBlock* block = of.free; block; block = block->next) {
      --use.live_blocks;
      use.free_bytes += size;
    }
  }
  return use;
}

namespace {

struct SlabCount {
  Slab* slab;
  std::size_t free_blocks;
};

std::vector<SlabCount> count_free(const SizeClass& of) {
  std::vector<SlabCount> counts;
  for (Slab* slab = of.slabs; slab; slab = slab->next) counts.push_back({slab, 0});
  std::ranges::sort(counts, std::less<>(), &SlabCount::slab);
  for (FreeBlock* block = of.free; block; block = block->next) {
    // The last slab that begins before the block.
    const auto behind = std::ranges::upper_bound(counts, reinterpret_cast<Slab*>(block),
                                                 std::less<>(), &SlabCount::slab);
    ++std::prev(behind)->free_blocks;
  }
  return counts;
}

// Gives back the slabs of which every block is free; the free blocks of the others stay.
void trim(SizeClass& of, std::size_t size) {
  const std::size_t count = blocks_in_slab(size);
  std::vector<SlabCount> counts = count_free(of);
  const auto goes = [&](FreeBlock* block) {
    const auto behind = std::ranges::upper_bound(counts, reinterpret_cast<Slab*>(block),
                                                 std::less<>(), &SlabCount::slab);
    return std::prev(behind)->free_blocks == count;
  };
  FreeBlock** end = &of.free;
  for (FreeBlock* block = of.free; block; block = block->next)
    if (!goes(block)) end = &(*end = block)->next;
  *end = nullptr;
  of.slabs = nullptr;
  for (const auto& [slab, free_blocks] : counts) {
    if (free_blocks == count) {
      std::free(slab);
    } else {
      slab->next = std::exchange(of.slabs, slab);
    }
  }
}

} // namespace

void trim_memory() noexcept {
  for (std::size_t index = 0; index < allocator.classes.size(); ++index)
    if (allocator.classes[index].slabs) trim(allocator.classes[index], size_of_class(index));
}

WASIO_END
