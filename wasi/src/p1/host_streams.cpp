// Standard streams on the descriptors of preview 1.
#include "host_streams.h"

#include "descriptor.h"
#include <wasio/detail/host_report.h>
#include <wasio/io/detail/io_error.h>
#include <wasio/io/errors.h>

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

// wasmtime's only word for a non-blocking input without bytes, among other things.
Error unreadable() {
  return Error(errors::io, join_text(name_of(Stdio::input), ": the host cannot read it; if it is ",
                                     "non-blocking, pass a blocking one"));
}

// When the reader is gone, some hosts report 0 bytes written, and wasmtime reports EIO. wasmtime
// also reports EIO when a non-blocking output is full, and not how much it has written, so that
// nothing can be repeated.
Error unwritable(Stdio stream) {
  return Error(errors::closed,
               join_text(name_of(stream), ": no reader is left, or the output is non-blocking and "
                                          "full; the host does not tell the two apart"));
}

} // namespace

Interest interest_in(Stdio stream) {
  return {.descriptor = descriptor_of(stream), .to_write = stream != Stdio::input};
}

// Reading a pipe or a terminal blocks the whole process, so the host must have reported it ready.
TryResult read_input(std::span<std::byte> into, bool told) {
  const int descriptor = descriptor_of(Stdio::input);
  if (!told && reading_may_block(descriptor)) return std::nullopt;
  const ssize_t count = ::read(descriptor, into.data(), into.size());
  if (count < 0 && errno == EIO) return std::unexpected(unreadable());
  return tried(count, Stdio::input);
}

TryResult write_some(Stdio stream, std::span<const std::byte> bytes) {
  const ssize_t count = ::write(descriptor_of(stream), bytes.data(), bytes.size());
  if (count == 0 || (count < 0 && errno == EIO)) return std::unexpected(unwritable(stream));
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
