// The native host: virtual time, and the process's standard streams, which block.
#include <wasio/detail/host_report.h>
#include <wasio/fail.h>
#include <wasio/io/detail/io_error.h>
#include <wasio/io/detail/standard_drivers.h>
#include <wasio/io/open_source.h>
#include <wasio/run.h>
#include <wasio/testing/mock_clock.h>

#include <cerrno>
#include <cstdio>
#include <optional>
#include <sys/stat.h>
#include <utility>

WASIO_BEGIN
namespace {

// A C file, read with blocking calls. The native host exists for sanitizers and virtual time, so it
// may block; a receive is therefore never seen waiting.
class FileSource final : public ReceiveDriver {
 public:
  // `owned`: the file is closed with the stream.
  FileSource(std::FILE* file, bool owned, std::string name, std::optional<std::uint64_t> size)
      : file_(file), owned_(owned), name_(std::move(name)), size_(size) {}

  std::string_view name() const override { return name_; }
  TryResult try_receive(std::span<std::byte> into) override {
    const std::size_t count = std::fread(into.data(), 1, into.size(), file_);
    if (count == 0 && std::ferror(file_)) return std::unexpected(detail::io_error(errno, name_));
    return count;
  }
  std::optional<bool> can_receive() const override { return true; }
  std::optional<std::uint64_t> size_hint() const override { return size_; }
  Error watch(Loop&) override { return {}; }
  void close() override {
    if (owned_) std::fclose(file_);
  }

 private:
  std::FILE* file_;
  bool owned_;
  std::string name_;
  std::optional<std::uint64_t> size_;
};

std::optional<std::uint64_t> size_of(std::FILE* file) {
  struct stat info = {};
  if (::fstat(::fileno(file), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  return static_cast<std::uint64_t>(info.st_size);
}

class FileSink final : public SendDriver {
 public:
  FileSink(std::FILE* file, std::string_view name) : file_(file), name_(name) {}

  std::string_view name() const override { return name_; }
  TryResult try_send(std::span<const std::byte> bytes) override {
    const std::size_t count = std::fwrite(bytes.data(), 1, bytes.size(), file_);
    if (count == 0) return std::unexpected(detail::io_error(errno, name_));
    return count;
  }
  TryResult try_flush() override {
    if (std::fflush(file_) != 0) return std::unexpected(detail::io_error(errno, name_));
    return 0;
  }
  Error watch(Loop&) override { return {}; }
  bool shared() const override { return true; }

 private:
  std::FILE* file_;
  std::string_view name_;
};

} // namespace

Task<std::unique_ptr<ReceiveStream>> open_source(std::string name) {
  if (name == "-") co_return std::make_unique<ReceiveHalf>(detail::standard_input_driver());
  std::FILE* file = std::fopen(name.c_str(), "rb");
  if (!file) co_await fail(detail::io_error(errno, name));
  const auto size = size_of(file);
  co_return std::make_unique<ReceiveStreamOf<FileSource>>(std::in_place, file, true,
                                                          std::move(name), size);
}

namespace detail {

ReceiveDriver& standard_input_driver() {
  static auto& driver = *new FileSource(stdin, false, "standard input", std::nullopt);
  return driver;
}

SendDriver& standard_output_driver() {
  static auto& driver = *new FileSink(stdout, "standard output");
  return driver;
}

SendDriver& standard_error_driver() {
  static auto& driver = *new FileSink(stderr, "standard error");
  return driver;
}

void host_report(std::string_view text) noexcept {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fputc('\n', stderr);
}

void run_main_on_host(TaskRecord& main, const RunOptions& options) {
  MockClock clock;
  run_main(clock, main, options);
}

} // namespace detail
WASIO_END
