// What the host reports about a descriptor.
#pragma once

#include <wasio/config.h>

#include <wasi/api.h>

WASIO_BEGIN
namespace wasi {

inline bool is_open(int descriptor) {
  __wasi_fdstat_t status;
  return __wasi_fd_fdstat_get(descriptor, &status) == __WASI_ERRNO_SUCCESS;
}

// False for a file, whose bytes are there, and for a closed descriptor, where reading fails.
inline bool reading_may_block(int descriptor) {
  __wasi_fdstat_t status;
  return __wasi_fd_fdstat_get(descriptor, &status) == __WASI_ERRNO_SUCCESS &&
         status.fs_filetype != __WASI_FILETYPE_REGULAR_FILE;
}

} // namespace wasi
WASIO_END
