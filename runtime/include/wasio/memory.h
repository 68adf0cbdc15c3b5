// Where coroutine frames, task records and error records come from: free lists by size class, fed
// from slabs, without headers. Under AddressSanitizer every block comes from malloc, else a
// use after destruction would not be seen.
#pragma once

#include <wasio/config.h>

#include <array>
#include <cstddef>
#include <new>

WASIO_BEGIN

// What the allocator holds now. `live_blocks` back at an earlier reading means nothing leaked
// between.
struct MemoryUse {
  std::size_t live_blocks; // handed out and not returned
  std::size_t free_bytes;  // kept for reuse; `trim_memory` gives them back
};

// O(kept blocks and slabs).
MemoryUse memory_use() noexcept;

// Gives back to malloc what can be: the slabs in which no block is in use. O(n log n) in the number
// of kept blocks.
void trim_memory() noexcept;

namespace detail {

// Blocks up to this size come in classes of 8 bytes, each with a list of those that are free. One
// whose size is no multiple of 16 is aligned to 8 only: an object that needs more has a size that
// is a multiple of it.
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

// What `allocate` and `release` do when it is more than a look into a list; the second also takes
// back what `allocate_aligned` gave.
void* allocate_anew(std::size_t size) noexcept;
void release_large(void* block) noexcept;

// Null when memory is exhausted. `size` is given again to `release`. O(1). Inline, because most
// sizes are known to the compiler: awaiting a child then costs a sixth less.
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

// Whether an `allocate` has given null since this was last asked. O(1).
bool take_allocation_failure() noexcept;

// What `allocate` gives is aligned to this. Who needs more asks here, a block from malloc for each.
inline constexpr std::size_t pooled_alignment = __STDCPP_DEFAULT_NEW_ALIGNMENT__;
void* allocate_aligned(std::size_t size, std::size_t alignment) noexcept;

// A base for objects that come from there. `new` gives null when memory is exhausted.
struct Pooled {
  static void* operator new(std::size_t size) noexcept { return allocate(size); }
  static void operator delete(void* block, std::size_t size) noexcept { release(block, size); }

  // These are for types that are aligned to more than `new` does by itself, and for all frames of
  // builds with -fcoro-aligned-allocation, in which the question is decided by the compiler.
  static void* operator new(std::size_t size, std::align_val_t alignment) noexcept {
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
