#include <wasio/memory.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <new>
#include <utility>

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
//
// When malloc fails, the slabs may hold the memory that is missing, for example after a deep
// recursion has ended. So whatever fails here trims first and then tries again. The program's own
// allocations do so too, by a handler of `operator new`.

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

// The header of a slab; its blocks follow it. Slabs are linked as free blocks are, so that one
// function sorts both.
struct alignas(16) Slab : FreeBlock {
  std::size_t count; // the number of its blocks

  char* blocks() { return reinterpret_cast<char*>(this + 1); }
};

struct Allocator {
  std::array<FreeBlock*, free_blocks.size()> slabs{}; // of each class
  std::size_t live_large = 0;                         // blocks in use with a malloc of their own
  std::new_handler next_handler = nullptr;            // the handler that ours has replaced
  bool handles_new = false;                           // ours is set, or the program replaced it
  bool failed = false;
};

constinit Allocator allocator;

constexpr std::size_t size_of_class(std::size_t index) {
  return (index + 1) * class_step;
}

// Takes `count` items from the front of a list and returns them in the order of their addresses. A
// merge sort: it needs no memory but the links. The recursion is as deep as `count` has bits.
FreeBlock* take_sorted(FreeBlock*& list, std::size_t count) {
  if (count <= 1) {
    FreeBlock* const first = list;
    if (first) list = std::exchange(first->next, nullptr);
    return first;
  }
  FreeBlock* low = take_sorted(list, count / 2);
  FreeBlock* high = take_sorted(list, count - count / 2);
  FreeBlock* merged = nullptr;
  FreeBlock** end = &merged;
  while (low && high) {
    FreeBlock*& lower = std::less<>()(low, high) ? low : high;
    end = &(*end = lower)->next;
    lower = *end;
  }
  *end = low ? low : high;
  return merged;
}

void sort(FreeBlock*& list) {
  std::size_t count = 0;
  for (const FreeBlock* item = list; item; item = item->next) ++count;
  list = take_sorted(list, count);
}

// Returns the slabs of a class whose blocks are all free to malloc; the free blocks of the others
// stay. With both lists sorted, one pass meets each slab's blocks together.
bool trim(std::size_t index) {
  FreeBlock** slab = &allocator.slabs[index];
  FreeBlock** block = &free_blocks[index];
  sort(*slab);
  sort(*block);
  bool freed = false;
  while (*slab) {
    auto* const at = static_cast<Slab*>(*slab);
    const void* const end = at->blocks() + at->count * size_of_class(index);
    FreeBlock** const first = block;
    std::size_t count = 0;
    for (; *block && std::less<>()(*block, end); block = &(*block)->next) ++count;
    if (count != at->count) {
      slab = &at->next;
      continue;
    }
    *first = *block;
    block = first;
    *slab = at->next;
    std::free(at);
    freed = true;
  }
  return freed;
}

// Whether it returned anything to malloc.
bool trim() {
  bool freed = false;
  for (std::size_t index = 0; index < free_blocks.size(); ++index)
    if (trim(index)) freed = true;
  return freed;
}

// Calls an allocation function. If it fails, trims, and calls it again if that freed anything.
template <class Allocate>
void* or_trim(Allocate allocate) {
  void* block = allocate();
  while (!block && trim()) block = allocate();
  return block;
}

// `operator new` calls its handler until there is memory or no handler. If a trim does not help,
// the one that ours has replaced is set again.
void handle_failed_new() {
  if (trim()) return;
#if WASIO_EXCEPTIONS
  if (!allocator.next_handler) throw std::bad_alloc();
#endif
  allocator.handles_new = false;
  std::set_new_handler(allocator.next_handler);
}

// The number of blocks of this size in the slab that follows `last`.
std::size_t blocks_after(const FreeBlock* last, std::size_t size) {
  if (!last) return first_slab / size;
  return std::min(2 * static_cast<const Slab*>(last)->count, largest_slab / size);
}

// Makes a slab and returns its first block; the others become free. Null if there is not even
// memory for a slab of one block.
void* take_from_new_slab(std::size_t index) {
  const std::size_t size = size_of_class(index);
  std::size_t count = blocks_after(allocator.slabs[index], size);
  void* memory = std::malloc(sizeof(Slab) + count * size);
  if (!memory) {
    count = 1;
    memory = detail::malloc_or_trim(sizeof(Slab) + size);
  }
  if (!memory) return nullptr;
  detail::handle_new();
  auto* const slab = new (memory) Slab{{.next = allocator.slabs[index]}, count};
  allocator.slabs[index] = slab;
  // Pushed in reverse, so that the list is in the order of the addresses.
  for (std::size_t i = count; --i > 0;)
    free_blocks[index] = new (slab->blocks() + i * size) FreeBlock{free_blocks[index]};
  return slab->blocks();
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

void handle_new() noexcept {
  if (std::exchange(allocator.handles_new, true)) return;
  const std::new_handler before = std::set_new_handler(handle_failed_new);
  if (before != handle_failed_new) allocator.next_handler = before;
}

void* malloc_or_trim(std::size_t size) noexcept {
  if (!may_exist(size)) return nullptr;
  return or_trim([=] { return std::malloc(size); });
}

void* allocate_anew(std::size_t size) noexcept {
  if (!is_pooled(size)) return count_large(malloc_or_trim(size));
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
  if (!may_exist(size)) return count_large(nullptr);
  return count_large(or_trim([=] { return std::aligned_alloc(alignment, multiple); }));
}

bool has_memory(std::size_t size) noexcept {
  void* const block = malloc_or_trim(size);
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
    for (const FreeBlock* slab = allocator.slabs[index]; slab; slab = slab->next)
      use.live_blocks += static_cast<const Slab*>(slab)->count;
    for (const FreeBlock* block = free_blocks[index]; block; block = block->next) {
      --use.live_blocks;
      use.free_bytes += size;
    }
  }
  return use;
}

void trim_memory() noexcept {
  trim();
}

WASIO_END
