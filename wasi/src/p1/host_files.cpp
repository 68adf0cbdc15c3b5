// Files on the descriptors of preview 1.
#include "host_files.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wasi/api.h>

WASIO_BEGIN
namespace wasi {
namespace {

// The standard streams come before the folders.
constexpr Descriptor first_folder = 3;

FileType type_of(mode_t mode) {
  if (S_ISREG(mode)) return FileType::regular;
  return S_ISDIR(mode) ? FileType::directory : FileType::other;
}

} // namespace

const std::vector<Folder>& preopened_folders() {
  static const auto folders = [] {
    std::vector<Folder> found;
    __wasi_prestat_t about;
    for (Descriptor each = first_folder; __wasi_fd_prestat_get(each, &about) == 0; ++each) {
      std::string name(about.u.dir.pr_name_len, '\0');
      auto* const into = reinterpret_cast<std::uint8_t*>(name.data());
      if (__wasi_fd_prestat_dir_name(each, into, name.size()) == 0)
        found.push_back({std::move(name), each});
    }
    return found;
  }();
  return folders;
}

Called<FileInfo> look_at(const Folder& folder, const std::string& path) {
  struct stat info = {};
  if (::fstatat(folder.descriptor, path.c_str(), &info, 0) != 0) return std::unexpected(errno);
  return FileInfo{type_of(info.st_mode), static_cast<std::uint64_t>(info.st_size)};
}

Called<Descriptor> open_to_read(const Folder& folder, const std::string& path) {
  const int descriptor = ::openat(folder.descriptor, path.c_str(), O_RDONLY);
  if (descriptor < 0) return std::unexpected(errno);
  return descriptor;
}

Called<std::size_t> read_at(Descriptor file, std::span<std::byte> into, std::uint64_t offset) {
  const ssize_t count = ::pread(file, into.data(), into.size(), static_cast<off_t>(offset));
  if (count < 0) return std::unexpected(errno);
  return static_cast<std::size_t>(count);
}

// Not by C's `close`: the first call makes a list of the folders, by a loop that ends at a closed
// descriptor, and ends the program if it finds the file before (node:wasi).
void close_file(Descriptor file) {
  (void)__wasi_fd_close(static_cast<__wasi_fd_t>(file));
}

} // namespace wasi
WASIO_END
