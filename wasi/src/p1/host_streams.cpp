// Standard streams on the descriptors of preview 1.
#include "host_streams.h"

#include "descriptor.h"
#include <wasio/detail/host_report.h>
#include <wasio/io/detail/io_error.h>

#include <cerrno>
#include <unistd.h>

WASIO_BEGIN
namespace wasi {
namespace {

int descriptor_of(Stdio stream) {
  return static_cast<int>(stream);
}

// The result of a read or write. A host whose stream is non-blocking reports EAGAIN.
TryResult tried(ssize_t count, Stdio stream) {
  if (count >= 0) return static_cast<std::size_t>(count);
  if (errno == EAGAIN) return std::nullopt;
  return std::unexpected(detail::io_error(errno, name_of(stream)));
}

} // namespace

Interest interest_in(Stdio stream) {
  return {.descriptor = descriptor_of(stream), .to_write = stream != Stdio::input};
}

// Reading a pipe or a terminal blocks the whole process, so the host must have reported it ready.
TryResult read_input(std::span<std::byte> into, bool told) {
  const int descriptor = descriptor_of(Stdio::input);
  if (!told && reading_may_block(descriptor)) return std::nullopt;
  return tried(::read(descriptor, into.data(), into.size()), Stdio::input);
}

TryResult write_some(Stdio stream, std::span<const std::byte> bytes) {
  const ssize_t count = ::write(descriptor_of(stream), bytes.data(), bytes.size());
  // When the reader is gone, some hosts report 0 bytes written, and wasmtime reports EIO.
  if (count == 0 || (count < 0 && errno == EIO))
    return std::unexpected(detail::io_error(EPIPE, name_of(stream)));
  return tried(count, stream);
}

TryResult finish_writing(Stdio) {
  return 0;
}

} // namespace wasi

namespace detail {

void host_report(std::string_view text) noexcept {
  const auto write_all = [](std::string_view rest) {
    while (!rest.empty()) {
      const ssize_t count = ::write(STDERR_FILENO, rest.data(), rest.size());
      if (count <= 0 && errno != EAGAIN) return;
      if (count > 0) rest.remove_prefix(static_cast<std::size_t>(count));
    }
  };
  write_all(text);
  write_all("\n");
}

} // namespace detail
WASIO_END
