// The native host: virtual time, and the process's standard streams, which block.
#include <wasio/attempt.h>
#include <wasio/detail/host_report.h>
#include <wasio/fail.h>
#include <wasio/io/detail/io_error.h>
#include <wasio/io/errors.h>
#include <wasio/io/open_source.h>
#include <wasio/io/standard_streams.h>
#include <wasio/run.h>
#include <wasio/testing/mock_clock.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

WASIO_BEGIN
namespace {

// A C file, read with blocking calls. The native host exists for sanitizers and virtual time, so it
// may block; a receive is therefore never seen waiting.
class FileSource final : public ReceiveStream {
 public:
  // `owned`: the file is closed with the stream.
  FileSource(std::FILE* file, bool owned, std::string name)
      : file_(file), owned_(owned), name_(std::move(name)) {}
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;
  ~FileSource() override { close(); }

  Task<std::size_t> receive_into(std::span<std::byte> into) override {
    co_return co_await Read(*this, into);
  }
  Task<> aclose() override {
    close();
    co_return;
  }

 private:
  // Counts as an operation, so that other tasks can run between chunks.
  class Read final : public Wait {
   public:
    Read(FileSource& source, std::span<std::byte> into) : source_(source), into_(into) {}
    std::size_t await_resume() const { return count_; }

   private:
    std::string_view what() const override { return "receive"; }
    void start() override {
      std::FILE* const file = source_.file_;
      if (into_.empty()) return fail(detail::no_room());
      if (!file) return fail(detail::is_closed(source_.name_));
      count_ = std::fread(into_.data(), 1, into_.size(), file);
      if (count_ == 0 && std::ferror(file)) return fail(detail::io_error(errno, source_.name_));
      complete();
    }
    Stop stop() override { return Stop::refused; } // never called: it never waits

    FileSource& source_;
    std::span<std::byte> into_;
    std::size_t count_ = 0;
  };

  void close() {
    std::FILE* const file = std::exchange(file_, nullptr);
    if (file && owned_) std::fclose(file);
  }

  std::FILE* file_;
  bool owned_;
  std::string name_;
};

class FileSink final : public SendStream {
 public:
  explicit FileSink(std::FILE* file) : file_(file) {}

  Task<> send_all(std::span<const std::byte> bytes) override {
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size() ||
        std::fflush(file_) != 0)
      co_await fail(errors::io, std::strerror(errno));
  }

 private:
  std::FILE* file_;
};

} // namespace

ReceiveStream& standard_input() {
  static FileSource input(stdin, false, "standard input");
  return input;
}

SendStream& standard_output() {
  static FileSink output(stdout);
  return output;
}

SendStream& standard_error() {
  static FileSink output(stderr);
  return output;
}

Task<std::unique_ptr<ReceiveStream>> open_source(std::string name) {
  if (name == "-") co_return std::make_unique<FileSource>(stdin, false, "standard input");
  std::FILE* file = std::fopen(name.c_str(), "rb");
  if (!file) co_await fail(detail::io_error(errno, name));
  co_return std::make_unique<FileSource>(file, true, std::move(name));
}

namespace detail {

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
