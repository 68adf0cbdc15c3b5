// The process's standard streams as each preview offers them: tries that never wait. Defined by
// each preview.
#pragma once

#include "io_queue.h"

#include <cstddef>
#include <cstdint>
#include <span>

WASIO_BEGIN
namespace wasi {

// Numbered like the descriptors of C.
enum class Stdio : std::uint8_t { input, output, error };

// What to wait for when a try could not get on.
Interest interest_in(Stdio stream);

// Fills the front of `into`, which is not empty; 0 is the end. `told`: the host has just called the
// input ready, so that reading does not block.
TryResult read_input(std::span<std::byte> into, bool told);

// Writes the front of `bytes`, which is not empty, and gives how many: at least one.
TryResult write_some(Stdio stream, std::span<const std::byte> bytes);

// After the last `write_some`: done when the host has taken over everything that was written.
TryResult finish_writing(Stdio stream);

// What error messages call it.
inline const char* name_of(Stdio stream) {
  constexpr const char* names[] = {"standard input", "standard output", "standard error"};
  return names[static_cast<std::size_t>(stream)];
}

} // namespace wasi
WASIO_END
