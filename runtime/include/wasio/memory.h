// The allocator of coroutine frames, task records and error records: a free list per size class,
// filled from slabs, without block headers (memory.cpp has a drawing). Under AddressSanitizer every
// block comes from malloc; otherwise a use after destruction would go unnoticed.
#pragma once

#include <wasio/config.h>

#include <array>
#include <concepts>
#include <cstddef>
#include <new>

WASIO_BEGIN

// What the allocator holds now. If `live_blocks` is back at an earlier reading, nothing has leaked
// in between.
struct MemoryUse {
  std::size_t live_blocks; // allocated and not released
  std::size_t free_bytes;  // kept for reuse; `trim_memory` returns them where it can
};

// O(free blocks and slabs).
MemoryUse memory_use() noexcept;

// Returns to malloc the slabs in which no block is in use, and allocates nothing for that. O(n log
// n) in the number of free blocks.
//
// It runs by itself when memory is exhausted: before a Task, a spawn, a timer or a block for
// JavaScript fails for lack of memory, and as a handler of `operator new`, so that `std::string`
// and `std::vector` find the memory that ended tasks have left. A handler that the program sets
// before its first task is called when a trim does not help; one that it sets later replaces the
// runtime's, and should call `trim_memory` itself. So should code that calls malloc.
void trim_memory() noexcept;

namespace detail {

// Block sizes up to `largest_class` are rounded up to classes of 8 bytes, each with its own free
// list. A block whose size is not a multiple of 16 is aligned to 8 only; that suffices, because an
// object's size is a multiple of its alignment.
inline constexpr std::size_t class_step = 8;
inline constexpr std::size_t largest_class = 1024;

struct FreeBlock {
  FreeBlock* next;
};
extern std::array<FreeBlock*, largest_class / class_step> free_blocks;

constexpr std::size_t class_of(std::size_t size) {
  return (size - 1) / class_step;
}

constexpr bool is_pooled(std::size_t size) {
  return !WASIO_ADDRESS_SANITIZER && size <= largest_class;
}

// The slow paths of `allocate` and `release`, beyond the free list. `release_large` also frees the
// blocks of `allocate_aligned`.
void* allocate_anew(std::size_t size) noexcept;
void release_large(void* block) noexcept;

// Returns null if memory is exhausted. `release` must be passed the same `size`. O(1). Inline,
// because the compiler knows most sizes: awaiting a child then costs a sixth less.
inline void* allocate(std::size_t size) noexcept {
  if (is_pooled(size)) [[likely]] {
    FreeBlock*& free = free_blocks[class_of(size)];
    if (FreeBlock* const first = free) [[likely]] {
      free = first->next;
      return first;
    }
  }
  return allocate_anew(size);
}
inline void release(void* block, std::size_t size) noexcept {
  if (!is_pooled(size)) [[unlikely]]
    return release_large(block);
  FreeBlock*& free = free_blocks[class_of(size)];
  free = new (block) FreeBlock{free};
}

// Whether an allocation has failed since the last call. O(1).
bool take_allocation_failure() noexcept;

// Makes `operator new` trim before it fails: sets its handler, once. Set with the first slab, and
// again by the first turn or slab after it did not help; a handler that the program has set in the
// meantime stays. O(1).
void handle_new() noexcept;

// A block for `std::free`: malloc, and malloc again after a trim if memory is exhausted. Null if
// that did not help.
void* malloc_or_trim(std::size_t size) noexcept;

// Whether there is memory for a block of this size: asked before something that would abort without
// it, such as a std::string. The cost is that of an allocation.
bool has_memory(std::size_t size) noexcept;

// Blocks of `allocate` are aligned to this, if their size is a multiple of it. Stricter alignments
// come from `allocate_aligned`, one malloc each.
inline constexpr std::size_t pooled_alignment = __STDCPP_DEFAULT_NEW_ALIGNMENT__;
void* allocate_aligned(std::size_t size, std::size_t alignment) noexcept;

// A base for objects that come from this allocator. `new` returns null if memory is exhausted.
struct Pooled {
  static void* operator new(std::size_t size) noexcept { return allocate(size); }
  static void operator delete(void* block, std::size_t size) noexcept { release(block, size); }

  // For types aligned more strictly than plain `new` guarantees, and for all frames of builds with
  // -fcoro-aligned-allocation, where the compiler passes every frame's alignment.
  // A template, because a coroutine's parameters are offered here too, and one may convert to it.
  template <std::same_as<std::align_val_t> Alignment>
  static void* operator new(std::size_t size, Alignment alignment) noexcept {
    const auto wanted = static_cast<std::size_t>(alignment);
    return wanted > pooled_alignment ? allocate_aligned(size, wanted) : allocate(size);
  }
  static void operator delete(void* block, std::size_t size, std::align_val_t alignment) noexcept {
    const auto wanted = static_cast<std::size_t>(alignment);
    wanted > pooled_alignment ? release_large(block) : release(block, size);
  }
};

} // namespace detail

WASIO_END
