// Finds the preopened folder that a file's name leads into.
#pragma once

#include "host_files.h"

#include <optional>
#include <string_view>

WASIO_BEGIN
namespace wasi {

struct FolderPath {
  const Folder* folder;
  std::string path; // in the folder, not empty
};

// The folder whose name is the longest prefix of `name`, by whole components; of equal ones the
// last. Absolute names are looked up in the folders with absolute names, and relative ones in the
// others. Only if none of them matches, `/` and `.` stand for each other, so that a program finds
// its files however it was given a single folder. O(folders).
std::optional<FolderPath> find_folder(std::string_view name);

} // namespace wasi
WASIO_END
