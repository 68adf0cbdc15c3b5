#include <wasio/memory.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <new>
#include <utility>
#include <vector>

// The allocator
//
// The idea: the runtime allocates and frees many small objects of few sizes, so every size class (a
// multiple of 8 bytes, up to 1024) has a free list, a stack linked through the free blocks
// themselves. `allocate` pops a block and `release` pushes it back. Both are passed the size, so
// blocks need no headers. An empty list is refilled by a slab: one malloc, cut into blocks of one
// class. Larger sizes, and stricter alignments, get one malloc each. For a class c:
//
//   free_blocks[c] ------------------------.
//                                          v
//               +------+-------+--------+------+--------+------+--------+
//   slabs[c] -->| next | count | in use | free | in use | free | in use |
//               +--|---+-------+--------+---|--+--------+---^--+--------+
//                  v                        '---------------'
//              older slab
//
// Invariant: a block never changes its class, and each block of each slab is either in use or
// exactly once in the free list of its class. So the blocks in use are those of the slabs minus
// those in the free lists, and the fast paths need no counters (`memory_use` counts on request);
// and a slab whose blocks are all in the free list can be returned to malloc (`trim_memory`).

WASIO_BEGIN
namespace detail {

constinit std::array<FreeBlock*, largest_class / class_step> free_blocks{};

} // namespace detail

namespace {

using detail::class_step;
using detail::free_blocks;
using detail::FreeBlock;

// Slab sizes in bytes. With a malloc per block, malloc's own header would add a tenth. Each slab of
// a class has twice as many blocks as the one before, up to a size at which the memory that many
// tasks touch in sequence is contiguous: with small slabs the processor stalls at the start of
// each.
constexpr std::size_t first_slab = 1024;
constexpr std::size_t largest_slab = 65536;

// The header of a slab; its blocks follow it.
struct alignas(16) Slab {
  Slab* next;
  std::size_t count; // the number of its blocks

  char* blocks() { return reinterpret_cast<char*>(this + 1); }
};

struct Allocator {
  std::array<Slab*, free_blocks.size()> slabs{}; // of each class, the newest first
  std::size_t live_large = 0;                    // blocks in use with a malloc of their own
  bool failed = false;
};

constinit Allocator allocator;

constexpr std::size_t size_of_class(std::size_t index) {
  return (index + 1) * class_step;
}

// The number of blocks of this size in the slab that follows `last`.
std::size_t blocks_after(const Slab* last, std::size_t size) {
  if (!last) return first_slab / size;
  return std::min(2 * last->count, largest_slab / size);
}

// Makes a slab and returns its first block; the others become free. Null if there is not even
// memory for a slab of one block.
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
  // Pushed in reverse, so that the list is in the order of the addresses.
  for (std::size_t i = count; --i > 0;)
    free_blocks[index] = new (slabs->blocks() + i * size) FreeBlock{free_blocks[index]};
  return slabs->blocks();
}

// Whether an object of this size can exist. Emscripten's emmalloc adds without checking for
// overflow, and returns a small block for a size of nearly 4 GB.
constexpr bool may_exist(std::size_t size) {
  return size <= PTRDIFF_MAX;
}

// Counts the result of a malloc: a live block, or a failure if it is null.
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
  // aligned_alloc requires a multiple of the alignment.
  const std::size_t multiple = (size + alignment - 1) & ~(alignment - 1);
  return count_large(may_exist(size) ? std::aligned_alloc(alignment, multiple) : nullptr);
}

bool has_memory(std::size_t size) noexcept {
  void* const block = std::malloc(size);
  std::free(block);
  return block != nullptr;
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
    // The block belongs to the last slab that begins before it.
    const auto behind = std::ranges::upper_bound(counts, reinterpret_cast<Slab*>(block),
                                                 std::less<>(), &SlabCount::slab);
    ++std::prev(behind)->free_blocks;
  }
  return counts;
}

// Returns the slabs whose blocks are all free to malloc; the free blocks of the other slabs stay.
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
