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

// malloc's own words beside each block would be a tenth of it, so they come in slabs. Each is twice
// the one before, up to a size at which what many tasks read in a row lies in a row: with small
// slabs the processor waits at the beginning of each.
constexpr std::size_t first_slab = 1024;
constexpr std::size_t largest_slab = 65536;

// The blocks stand behind it.
struct alignas(16) Slab {
  Slab* next;
  std::size_t count; // of its blocks

  char* blocks() { return reinterpret_cast<char*>(this + 1); }
};

struct Allocator {
  std::array<Slab*, free_blocks.size()> slabs{}; // of each class
  std::size_t live_large = 0;                    // that came from malloc by themselves
  bool failed = false;
};

constinit Allocator allocator;

constexpr std::size_t size_of_class(std::size_t index) {
  return (index + 1) * class_step;
}

// How many blocks of this size the slab has that comes after `last`.
std::size_t blocks_after(const Slab* last, std::size_t size) {
  if (!last) return first_slab / size;
  return std::min(2 * last->count, largest_slab / size);
}

// A new slab's first block; the others are free. Null: memory is exhausted, for a single one too.
void* take_from_new_slab(std::size_t index) {
  const std::size_t size = size_of_class(index);
  Slab*& slabs = allocator.slabs[index];
  std::size_t count = blocks_after(slabs, size);
  void* memory = std::malloc(sizeof(Slab) + count * size);
  if (!memory) {
    count = 1;
    memory = std::malloc(sizeof(Slab) + size);
  }
  if (!memory) return nullptr;
  slabs = new (memory) Slab{.next = slabs, .count = count};
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

bool take_allocation_failure() noexcept {
  return std::exchange(allocator.failed, false);
}

} // namespace detail

MemoryUse memory_use() noexcept {
  MemoryUse use{.live_blocks = allocator.live_large, .free_bytes = 0};
  for (std::size_t index = 0; index < free_blocks.size(); ++index) {
    const std::size_t size = size_of_class(index);
    for (const Slab* slab = allocator.slabs[index]; slab; slab = slab->next)
      use.live_blocks += slab->count;
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

  bool all_free() const { return free_blocks == slab->count; }
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
  std::vector<SlabCount> counts = count_free(index);
  const auto goes = [&](FreeBlock* block) {
    const auto behind = std::ranges::upper_bound(counts, reinterpret_cast<Slab*>(block),
                                                 std::less<>(), &SlabCount::slab);
    return std::prev(behind)->all_free();
  };
  FreeBlock** end = &free_blocks[index];
  for (FreeBlock* block = free_blocks[index]; block; block = block->next)
    if (!goes(block)) end = &(*end = block)->next;
  *end = nullptr;
  Slab*& slabs = allocator.slabs[index];
  slabs = nullptr;
  for (const SlabCount& of : counts) {
    if (of.all_free()) {
      std::free(of.slab);
    } else {
      of.slab->next = std::exchange(slabs, of.slab);
    }
  }
}

} // namespace

void trim_memory() noexcept {
  for (std::size_t index = 0; index < free_blocks.size(); ++index)
    if (allocator.slabs[index]) trim(index);
}

WASIO_END
