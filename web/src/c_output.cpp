// Where C's stdio writes, in place of Emscripten's own, which shows whole lines only. Linked into
// programs that use it.
#include <wasio/detail/operation_table.h>

#include <cstdint>
#include <wasi/api.h>

extern "C" {
std::int32_t wasio_host_write(std::int32_t stream, const std::byte* bytes, std::size_t size,
                              double ticket);

__wasi_errno_t __wasi_fd_write(__wasi_fd_t stream, const __wasi_ciovec_t* pieces, std::size_t count,
                               __wasi_size_t* written) {
  if (stream != 1 && stream != 2) return __WASI_ERRNO_BADF;
  *written = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto& [data, size] = pieces[i];
    // Nobody waits for the answer: C has no way to.
    const double ticket = wasio::detail::Ticket().number();
    const auto* const bytes = reinterpret_cast<const std::byte*>(data);
    if (size != 0) wasio_host_write(static_cast<std::int32_t>(stream), bytes, size, ticket);
    *written += size;
  }
  return __WASI_ERRNO_SUCCESS;
}
}
