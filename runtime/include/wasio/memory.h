// Where coroutine frames, task records and error records come from: free lists by size class, fed
// from small slabs, without headers. Under AddressSanitizer every block comes from malloc, else a
// use after destruction would not be seen.
#pragma once

#include <wasio/config.h>

#include <cstddef>

WASIO_BEGIN

// What the allocator holds now. `live_blocks` back at an earlier reading means nothing leaked
// between.
struct MemoryUse {
  std::size_t live_blocks; // handed out and not returned
  std::size_t free_bytes;  // kept for reuse; `trim_memory` gives them back
};

// O(number of kept blocks).
MemoryUse memory_use() noexcept;

// Gives back to malloc what can be: the slabs in which no block is in use. O(n log n) in the number
// of kept blocks.
void trim_memory() noexcept;

namespace detail {

// Null when memory is exhausted. `size` is given again to `release`. O(1).
void* allocate(std::size_t size) noexcept;
void release(void* block, std::size_t size) noexcept;
// Whether an `allocate` has given null since this was last asked. O(1).
bool take_allocation_failure() noexcept;

// A base for objects that come from there. `new` gives null when memory is exhausted.
struct Pooled {
  static void* operator new(std::size_t size) noexcept { return allocate(size); }
  static void operator delete(void* block, std::size_t size) noexcept { release(block, size); }
};

} // namespace detail

WASIO_END
