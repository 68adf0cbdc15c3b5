// Files on `wasi:filesystem`.
#include "host_files.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <wasi/wasip2.h>

WASIO_BEGIN
namespace wasi {
namespace {

// Each host read allocates a list of up to this size in our memory, which is then copied.
constexpr std::size_t most_at_once = 65536;

// In the order of the host's codes, which is alphabetical for the most part.
constexpr std::uint8_t numbers[] = {
    EACCES,  EAGAIN,    EALREADY,        EBADF,   EBUSY,  EDEADLK, EDQUOT,    EEXIST,
    EFBIG,   EILSEQ,    EINPROGRESS,     EINTR,   EINVAL, EIO,     EISDIR,    ELOOP,
    EMLINK,  EMSGSIZE,  ENAMETOOLONG,    ENODEV,  ENOENT, ENOLCK,  ENOMEM,    ENOSPC,
    ENOTDIR, ENOTEMPTY, ENOTRECOVERABLE, ENOTSUP, ENOTTY, ENXIO,   EOVERFLOW, EPERM,
    EPIPE,   EROFS,     ESPIPE,          ETXTBSY, EXDEV,
};
static_assert(std::size(numbers) == FILESYSTEM_ERROR_CODE_CROSS_DEVICE + 1);

std::unexpected<int> failed(filesystem_error_code_t code) {
  return std::unexpected<int>(code < std::size(numbers) ? numbers[code] : EIO);
}

FileType type_of(filesystem_descriptor_type_t type) {
  if (type == FILESYSTEM_DESCRIPTOR_TYPE_REGULAR_FILE) return FileType::regular;
  return type == FILESYSTEM_DESCRIPTOR_TYPE_DIRECTORY ? FileType::directory : FileType::other;
}

filesystem_borrow_descriptor_t borrowed(Descriptor descriptor) {
  return filesystem_borrow_descriptor({descriptor});
}

// The host only reads it.
wasip2_string_t lent(const std::string& text) {
  auto* const data = reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  return {.ptr = data, .len = text.size()};
}

} // namespace

const std::vector<Folder>& preopened_folders() {
  static const auto folders = [] {
    filesystem_preopens_list_tuple2_own_descriptor_string_t given = {};
    filesystem_preopens_get_directories(&given);
    std::vector<Folder> found;
    for (const auto& [own, name] : std::span(given.ptr, given.len)) {
      const std::string text(reinterpret_cast<const char*>(name.ptr), name.len);
      found.push_back({text, own.__handle});
    }
    return found; // the host's list stays, as the descriptors in it do
  }();
  return folders;
}

Called<FileInfo> look_at(const Folder& folder, const std::string& path) {
  filesystem_descriptor_stat_t info = {};
  filesystem_error_code_t error = {};
  wasip2_string_t name = lent(path);
  if (!filesystem_method_descriptor_stat_at(
          borrowed(folder.descriptor), FILESYSTEM_PATH_FLAGS_SYMLINK_FOLLOW, &name, &info, &error))
    return failed(error);
  return FileInfo{type_of(info.type), info.size};
}

Called<Descriptor> open_to_read(const Folder& folder, const std::string& path) {
  filesystem_own_descriptor_t opened = {};
  filesystem_error_code_t error = {};
  wasip2_string_t name = lent(path);
  if (!filesystem_method_descriptor_open_at(borrowed(folder.descriptor),
                                            FILESYSTEM_PATH_FLAGS_SYMLINK_FOLLOW, &name, 0,
                                            FILESYSTEM_DESCRIPTOR_FLAGS_READ, &opened, &error))
    return failed(error);
  return opened.__handle;
}

Called<std::size_t> read_at(Descriptor file, std::span<std::byte> into, std::uint64_t offset) {
  wasip2_tuple2_list_u8_bool_t read = {};
  filesystem_error_code_t error = {};
  const std::size_t most = std::min(into.size(), most_at_once);
  if (!filesystem_method_descriptor_read(borrowed(file), most, offset, &read, &error))
    return failed(error);
  const auto& [bytes, at_end] = read;
  if (bytes.len != 0) std::memcpy(into.data(), bytes.ptr, bytes.len);
  wasip2_list_u8_free(&read.f0);
  return bytes.len;
}

void close_file(Descriptor file) {
  filesystem_descriptor_drop_own({file});
}

} // namespace wasi
WASIO_END
