// Files in the preopened folders.
#include "folder_path.h"
#include <wasio/io/detail/io_error.h>
#include <wasio/io/detail/standard_drivers.h>
#include <wasio/io/open_source.h>

#include <cerrno>

WASIO_BEGIN
namespace wasi {
namespace {

// Reading a file blocks until the host has the bytes, and never waits for another program. So every
// try returns something. As a receive counts as an operation, other tasks run between chunks.
class FileDriver final : public ReceiveDriver {
 public:
  // Takes over the descriptor.
  FileDriver(Descriptor file, std::string name, std::uint64_t size)
      : file_(file), name_(std::move(name)), size_(size) {}

  std::string_view name() const override { return name_; }
  TryResult try_receive(std::span<std::byte> into) override {
    const Called<std::size_t> count = read_at(file_, into, offset_);
    if (!count) return std::unexpected(detail::io_error(count.error(), "cannot read " + name_));
    offset_ += *count;
    return *count;
  }
  std::optional<bool> can_receive() const override { return true; }
  std::optional<std::uint64_t> size_hint() const override { return size_; }
  Error watch(Loop&) override { return {}; }
  void close() override { close_file(file_); }

 private:
  Descriptor file_;
  std::string name_;
  std::uint64_t size_;
  std::uint64_t offset_ = 0;
};

Error outside(const std::string& name) {
  return Error(
      errors::not_permitted,
      join_text("cannot open ", name, ": outside the preopened folders; pass --dir <folder>"));
}

// An absolute path that is not found gets a note that only preopened folders are visible.
std::string_view where_looked(const std::string& name) {
  return name.front() == '/' ? " (only folders passed with --dir are visible)" : "";
}

Error open_error(int number, const std::string& name) {
  switch (number) {
  case ENOENT:
  case ENOTDIR:
    return Error(errors::not_found, join_text("no such file: ", name, where_looked(name)));
  // Hosts report these for a path that leads out of its folder.
  case EPERM:
  case ENOTCAPABLE:
    return outside(name);
  default:
    return detail::io_error(number, "cannot open " + name);
  }
}

// Why the name cannot be a path; empty if it can.
Error check_name(const std::string& name) {
  if (name.empty()) return Error(errors::not_found, "no such file: the name is empty");
  if (name.find('\0') != std::string::npos)
    return Error(errors::not_found, "no such file: the name contains a zero byte");
  if (name.find("://") != std::string::npos)
    return Error(errors::io, "cannot open " + name + ": this host opens files, not URLs");
  return {};
}

using Source = std::unique_ptr<ReceiveStream>;

// Opening or reading anything but a file could wait for another program, and the whole process with
// it, past every deadline. So nothing else is opened; a host cannot be asked to open without
// waiting.
Error check_type(FileType type, const std::string& name) {
  switch (type) {
  case FileType::regular:
    return {};
  case FileType::directory:
    return Error(errors::is_directory, "not a file but a directory: " + name);
  case FileType::other:
    return Error(errors::unsupported,
                 join_text("cannot open ", name, ": a pipe or device, whose reads would block ",
                           "every task; pass it as the standard input"));
  }
}

Result<Source> open_file(const std::string& name) {
  if (Error refused = check_name(name)) return std::unexpected(std::move(refused));
  const auto place = find_folder(name);
  if (!place) return std::unexpected(outside(name));
  const auto& [folder, path] = *place;
  const Called<FileInfo> info = look_at(*folder, path);
  if (!info) return std::unexpected(open_error(info.error(), name));
  if (Error refused = check_type(info->type, name)) return std::unexpected(std::move(refused));
  const Called<Descriptor> file = open_to_read(*folder, path);
  if (!file) return std::unexpected(open_error(file.error(), name));
  return std::make_unique<ReceiveStreamOf<FileDriver>>(std::in_place, *file, name, info->size);
}

class OpenSource final : public Wait {
 public:
  explicit OpenSource(const std::string& name) : name_(name) {}
  Source await_resume() { return std::move(source_); }

 private:
  std::string_view what() const override { return "open"; }
  void start() override {
    if (name_ == "-") {
      source_ = std::make_unique<ReceiveHalf>(detail::standard_input_driver());
      return complete();
    }
    Result<Source> opened = open_file(name_);
    if (!opened) return fail(std::move(opened.error()));
    source_ = std::move(*opened);
    complete();
  }
  Stop stop() override { return Stop::refused; } // not called: it never waits

  const std::string& name_;
  Source source_;
};

} // namespace
} // namespace wasi

Task<std::unique_ptr<ReceiveStream>> open_source(std::string name) {
  co_return co_await wasi::OpenSource(name);
}

WASIO_END
