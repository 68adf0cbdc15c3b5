// Files as each preview offers them: calls that return immediately, unless a disk is slow. Defined
// by each preview.
#pragma once

#include <wasio/config.h>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <vector>

WASIO_BEGIN
namespace wasi {

// The host's handle of a folder or an open file.
using Descriptor = std::int32_t;

// The result of a call, or a number of errno.
template <class T>
using Called = std::expected<T, int>;

// A folder that the program may use, by the name that the user gave it.
struct Folder {
  std::string name;
  Descriptor descriptor;
};

enum class FileType : std::uint8_t { regular, directory, other };

struct FileInfo {
  FileType type;
  std::uint64_t size;
};

// In the order of the host; asked for once.
const std::vector<Folder>& preopened_folders();

// Symbolic links in `path` are followed.
Called<FileInfo> look_at(const Folder& folder, const std::string& path);
Called<Descriptor> open_to_read(const Folder& folder, const std::string& path);

// Fills the front of `into`, which must not be empty; 0 is the end.
Called<std::size_t> read_at(Descriptor file, std::span<std::byte> into, std::uint64_t offset);

void close_file(Descriptor file);

} // namespace wasi
WASIO_END
