#include <wasio/io/detail/c_stdio.h>
#include <wasio/io/detail/standard_drivers.h>
#include <wasio/web/host_stream.h>

extern "C" {
std::int32_t wasio_host_read(double source, std::byte* into, std::size_t size, double ticket);
void wasio_host_forget_read(double source);
void wasio_host_close_source(double source);
std::int32_t wasio_host_write(std::int32_t stream, const std::byte* bytes, std::size_t size,
                              double ticket);
}

WASIO_BEGIN
namespace detail {
namespace {

// The host's handle of standard input; its streams 1 and 2 are the outputs.
constexpr double standard_input_source = 0;

} // namespace

void close_host_source(double source) {
  wasio_host_close_source(source);
}

TryResult HostSource::try_receive(std::span<std::byte> into) {
  if (error_) return std::unexpected(std::exchange(error_, {}));
  const auto ticket = expect_answer();
  if (!ticket) return std::unexpected(no_memory());
  const std::int32_t count = wasio_host_read(source_, into.data(), into.size(), *ticket);
  if (count == host_pending) return std::nullopt;
  forget_answer();
  return static_cast<std::size_t>(count);
}

void HostSource::answered(HostAnswer answer, const Block& block) {
  if (answer == HostAnswer::failed) error_ = host_error(block, name_ + ": ");
  notify();
}

void HostSource::unwatch() {
  if (!expects_answer()) return;
  forget_answer();
  wasio_host_forget_read(source_);
}

// The input is the process's.
void HostSource::close() {
  if (source_ != standard_input_source) wasio_host_close_source(source_);
}

namespace {

// Standard output or standard error. The host takes any number of bytes, and answers when they are
// written. After a cancel, it continues to write them, and the next send waits for that.
class HostOutput final : public SendDriver, private HostOperation {
 public:
  HostOutput(std::int32_t stream, std::string_view name) : stream_(stream), name_(name) {}

  std::string_view name() const override { return name_; }
  TryResult try_send(std::span<const std::byte> bytes) override {
    if (expects_answer()) return std::nullopt;
    if (stream_ == 1 && wasio_flush_c_stdout) wasio_flush_c_stdout();
    const auto ticket = expect_answer();
    if (!ticket) return std::unexpected(no_memory());
    if (wasio_host_write(stream_, bytes.data(), bytes.size(), *ticket) != host_pending)
      forget_answer();
    return bytes.size();
  }
  TryResult try_flush() override {
    if (expects_answer()) return std::nullopt;
    if (error_) return std::unexpected(std::exchange(error_, {}));
    return 0;
  }
  bool shared() const override { return true; }
  Error watch(Loop&) override { return {}; }

 private:
  void answered(HostAnswer answer, const Block& block) override {
    if (answer == HostAnswer::failed) error_ = host_error(block, join_text(name_, ": "));
    notify();
  }

  std::int32_t stream_;
  std::string_view name_;
  Error error_; // of a write
};

} // namespace

ReceiveDriver& standard_input_driver() {
  static auto& driver = *new HostSource(standard_input_source, "standard input", std::nullopt);
  return driver;
}

SendDriver& standard_output_driver() {
  static auto& driver = *new HostOutput(1, "standard output");
  return driver;
}

SendDriver& standard_error_driver() {
  static auto& driver = *new HostOutput(2, "standard error");
  return driver;
}

} // namespace detail
WASIO_END
