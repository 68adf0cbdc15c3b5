#include "folder_path.h"

WASIO_BEGIN
namespace wasi {
namespace {

bool is_absolute(std::string_view name) {
  return name.starts_with('/');
}

// Without what leads nowhere: slashes and `.` at the front, slashes at the end. `.` and `/` become
// empty.
std::string_view stripped(std::string_view name) {
  while (name.starts_with('/') || name.starts_with("./")) name.remove_prefix(1);
  while (name.ends_with('/')) name.remove_suffix(1);
  return name == "." ? std::string_view() : name;
}

// What follows `folder` in `name`, both stripped; nothing if the name does not lead into it.
std::optional<std::string_view> inside(std::string_view name, std::string_view folder) {
  if (!name.starts_with(folder)) return std::nullopt;
  const std::string_view rest = name.substr(folder.size());
  if (folder.empty() || rest.empty() || rest.front() == '/') return stripped(rest);
  return std::nullopt;
}

} // namespace

std::optional<FolderPath> find_folder(std::string_view name) {
  const std::string_view wanted = stripped(name);
  const Folder* best = nullptr;
  std::size_t best_rank = 0;
  std::string_view best_path;
  for (const Folder& folder : preopened_folders()) {
    const std::string_view prefix = stripped(folder.name);
    const auto path = inside(wanted, prefix);
    const bool same_kind = is_absolute(folder.name) == is_absolute(name);
    if (!path || (!same_kind && !prefix.empty())) continue;
    const std::size_t rank = same_kind ? prefix.size() + 1 : 0;
    if (best && rank < best_rank) continue;
    best = &folder;
    best_rank = rank;
    best_path = *path;
  }
  if (!best) return std::nullopt;
  std::string path(best_path.empty() ? "." : best_path);
  if (name.ends_with('/')) path += '/'; // a file is then not found
  return FolderPath{best, std::move(path)};
}

} // namespace wasi
WASIO_END
