#include "imports.h"
#include <wasio/io/detail/standard_drivers.h>
#include <wasio/web/host_stream.h>

WASIO_BEGIN
namespace detail {
namespace {

// The host's number of standard input among its sources; 1 and 2 are the outputs.
constexpr std::uint32_t standard_input_source = 0;

} // namespace

TryResult HostSource::try_receive(std::span<std::byte> into) {
  const Ticket ticket = expect_answer();
  const std::int32_t count =
      wasio_host_source_read(source_, into.data(), into.size(), ticket.index, ticket.generation);
  if (count == host_pending) return std::nullopt;
  forget_answer();
  if (count == host_failed) return std::unexpected(take_host_error(name_ + ": "));
  return static_cast<std::size_t>(count);
}

void HostSource::unwatch() {
  if (!expects_answer()) return;
  forget_answer();
  wasio_host_source_forget(source_);
}

// The input is the process's.
void HostSource::close() {
  if (source_ != standard_input_source) wasio_host_source_close(source_);
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
    const Ticket ticket = expect_answer();
    const std::int32_t result =
        wasio_host_write(stream_, bytes.data(), bytes.size(), ticket.index, ticket.generation);
    if (result != host_pending) forget_answer();
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
  void answered(HostAnswer answer, double) override {
    if (answer == HostAnswer::failed) error_ = take_host_error(join_text(name_, ": "));
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
