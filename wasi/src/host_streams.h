// The process's standard streams as each preview offers them: tries that never wait. Defined by
// each preview.
#pragma once

#include "interest.h"
#include <wasio/io/driver.h>

#include <cstddef>
#include <cstdint>
#include <span>

WASIO_BEGIN
namespace wasi {

// Numbered like the descriptors of C.
enum class Stdio : std::uint8_t { input, output, error };

// What to wait for when a try could make no progress.
Interest interest_in(Stdio stream);

// Fills the front of `into`, which must not be empty; 0 is the end. `told`: the host has just
// reported the input ready, so reading does not block.
TryResult read_input(std::span<std::byte> into, bool told);

// Writes the front of `bytes`, which must not be empty. Returns how many: at least one.
TryResult write_some(Stdio stream, std::span<const std::byte> bytes);

// Called after the last `write_some`: done when the host has accepted everything written.
TryResult finish_writing(Stdio stream);

// The stream's name in error messages.
inline const char* name_of(Stdio stream) {
  constexpr const char* names[] = {"standard input", "standard output", "standard error"};
  return names[static_cast<std::size_t>(stream)];
}

} // namespace wasi
WASIO_END
