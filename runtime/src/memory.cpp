#include <wasio/memory.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <new>
#include <utility>
#include <vector>

WASIO_BEGIN
namespace detail {

constinit std::array<FreeBlock*, largest_class / class_step> free_blocks{};

} // namespace detail

namespace {

using detail::class_step;
using detail::free_blocks;
using detail::FreeBlock;

// malloc's own words beside each block would be a tenth of it, so small ones come in slabs.
constexpr std::size_t slab_size = 1024;

// The blocks stand behind it.
struct alignas(16) Slab {
  Slab* next;

  char* blocks() { return reinterpret_cast<char*>(this + 1); }
};

struct Allocator {
  std::array<Slab*, free_blocks.size()> slabs{}; // of each class
  std::size_t live_large = 0; // that came from malloc by themselves
  bool failed = false;
};

constinit Allocator allocator;

constexpr std::size_t size_of_class(std::size_t index) {
  return (index + 1) * class_step;
}
constexpr std::size_t blocks_in_slab(std::size_t size) {
  return size < slab_size ? slab_size / size : 1;
}

// A new slab's first block; the others are free. Null: memory is exhausted.
void* take_from_new_slab(std::size_t index) {
  const std::size_t size = size_of_class(index);
  const std::size_t count = blocks_in_slab(size);
  void* const memory = std::malloc(sizeof(Slab) + count * size);
  if (!memory) return nullptr;
  Slab*& slabs = allocator.slabs[index];
  slabs = new (memory) Slab{slabs};
  // In the order of their addresses.
  for (std::size_t i = count; --i > 0;)
    free_blocks[index] = new (slabs->blocks() + i * size) FreeBlock{free_blocks[index]};
  return slabs->blocks();
}

// Nothing is larger. Emscripten's emmalloc adds without a look at an overflow, and hands out a
// small block for a size of nearly 4 GB.
constexpr bool may_exist(std::size_t size) {
  return size <= PTRDIFF_MAX;
}

// Null: memory is exhausted.
void* count_large(void* block) {
  if (block) {
    ++allocator.live_large;
  } else {
    allocator.failed = true;
  }
  return block;
}

} // namespace

namespace detail {

void* allocate_anew(std::size_t size) noexcept {
  if (!is_pooled(size)) return count_large(may_exist(size) ? std::malloc(size) : nullptr);
  void* const block = take_from_new_slab(class_of(size));
  if (!block) allocator.failed = true;
  return block;
}

void release_large(void* block) noexcept {
  --allocator.live_large;
  std::free(block);
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
  for (std::size_t index = 0; index < free_blocks.size(); ++index) {
    const std::size_t size = size_of_class(index);
    for (const Slab* slab = allocator.slabs[index]; slab; slab = slab->next)
      use.live_blocks += blocks_in_slab(size);
    for (const FreeBlock* block = free_blocks[index]; block; block = block->next) {
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

std::vector<SlabCount> count_free(std::size_t index) {
  std::vector<SlabCount> counts;
  for (Slab* slab = allocator.slabs[index]; slab; slab = slab->next) counts.push_back({slab, 0});
  std::ranges::sort(counts, std::less<>(), &SlabCount::slab);
  for (FreeBlock* block = free_blocks[index]; block; block = block->next) {
    // The last slab that begins before the block.
    const auto behind = std::ranges::upper_bound(counts, reinterpret_cast<Slab*>(block),
                                                 std::less<>(), &SlabCount::slab);
    ++std::prev(behind)->free_blocks;
  }
  return counts;
}

// Gives back the slabs of which every block is free; the free blocks of the others stay.
void trim(std::size_t index) {
  const std::size_t count = blocks_in_slab(size_of_class(index));
  std::vector<SlabCount> counts = count_free(index);
  const auto goes = [&](FreeBlock* block) {
    const auto behind = std::ranges::upper_bound(counts, reinterpret_cast<Slab*>(block),
                                                 std::less<>(), &SlabCount::slab);
    return std::prev(behind)->free_blocks == count;
  };
  FreeBlock** end = &free_blocks[index];
  for (FreeBlock* block = free_blocks[index]; block; block = block->next)
    if (!goes(block)) end = &(*end = block)->next;
  *end = nullptr;
  Slab*& slabs = allocator.slabs[index];
  slabs = nullptr;
  for (const auto& [slab, free_blocks] : counts) {
    if (free_blocks == count) {
      std::free(slab);
    } else {
      slab->next = std::exchange(slabs, slab);
    }
  }
}

} // namespace

void trim_memory() noexcept {
  for (std::size_t index = 0; index < free_blocks.size(); ++index)
    if (allocator.slabs[index]) trim(index);
}

WASIO_END
