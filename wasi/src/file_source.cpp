// Files in the preopened folders.
#include <wasio/io/detail/io_error.h>
#include <wasio/io/detail/standard_drivers.h>
#include <wasio/io/open_source.h>

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>
#include <wasi/libc-find-relpath.h>

WASIO_BEGIN
namespace wasi {
namespace {

// Reading a file blocks until the host has the bytes, and never waits for another program. So every
// try returns something. As a receive counts as an operation, other tasks run between chunks.
class FileDriver final : public ReceiveDriver {
 public:
  // Takes over the descriptor.
  FileDriver(int descriptor, std::string name, std::optional<std::uint64_t> size)
      : descriptor_(descriptor), name_(std::move(name)), size_(size) {}

  std::string_view name() const override { return name_; }
  TryResult try_receive(std::span<std::byte> into) override {
    const ssize_t count = ::read(descriptor_, into.data(), into.size());
    if (count < 0) return std::unexpected(detail::io_error(errno, "cannot read " + name_));
    return static_cast<std::size_t>(count);
  }
  std::optional<bool> can_receive() const override { return true; }
  std::optional<std::uint64_t> size_hint() const override { return size_; }
  Error watch(Loop&) override { return {}; }
  void close() override { ::close(descriptor_); }

 private:
  int descriptor_;
  std::string name_;
  std::optional<std::uint64_t> size_;
};

Error outside(const std::string& name) {
  return Error(
      errors::not_permitted,
      join_text("cannot open ", name, ": outside the preopened folders; pass --dir <folder>"));
}

// The C library also looks for /a/b in the folder `.`, as a/b. So an absolute path that is not
// found gets a note that only preopened folders are visible.
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

Result<Source> open_file(const std::string& name) {
  if (Error refused = check_name(name)) return std::unexpected(std::move(refused));
  const char* folder = nullptr;
  std::vector<char> path(name.size() + 2);
  char* inside = path.data();
  const int root = ::__wasilibc_find_relpath(name.c_str(), &folder, &inside, path.size());
  if (root < 0) return std::unexpected(outside(name));
  const int descriptor = ::openat(root, inside, O_RDONLY);
  if (descriptor < 0) return std::unexpected(open_error(errno, name));
  struct stat info = {};
  if (::fstat(descriptor, &info) == 0 && S_ISDIR(info.st_mode)) {
    ::close(descriptor);
    return std::unexpected(Error(errors::is_directory, "not a file but a directory: " + name));
  }
  std::optional<std::uint64_t> size;
  if (S_ISREG(info.st_mode)) size = static_cast<std::uint64_t>(info.st_size);
  return std::make_unique<ReceiveStreamOf<FileDriver>>(std::in_place, descriptor, name, size);
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
