#include "host_streams.h"
#include "io_handle.h"
#include <wasio/io/detail/c_stdio.h>
#include <wasio/io/detail/standard_drivers.h>

WASIO_BEGIN
namespace wasi {
namespace {

class InputDriver final : public ReceiveDriver, private IoWait {
 public:
  std::string_view name() const override { return name_of(Stdio::input); }
  TryResult try_receive(std::span<std::byte> into) override { return read_input(into, told_); }
  Error watch(Loop& loop) override { return handle_.watch(*this, loop); }
  void unwatch() override { handle_.unwatch(*this); }

 private:
  void ready() override {
    told_ = true;
    notify();
    told_ = false;
  }

  IoHandle handle_{interest_in(Stdio::input)};
  bool told_ = false; // the host has just reported it ready
};

class OutputDriver final : public SendDriver, private IoWait {
 public:
  explicit OutputDriver(Stdio stream) : stream_(stream), handle_(interest_in(stream)) {}

  std::string_view name() const override { return name_of(stream_); }
  TryResult try_send(std::span<const std::byte> bytes) override {
    if (stream_ == Stdio::output && wasio_flush_c_stdout) wasio_flush_c_stdout();
    return write_some(stream_, bytes);
  }
  TryResult try_flush() override { return finish_writing(stream_); }
  bool shared() const override { return true; }
  Error watch(Loop& loop) override { return handle_.watch(*this, loop); }
  void unwatch() override { handle_.unwatch(*this); }

 private:
  void ready() override { notify(); }

  Stdio stream_;
  IoHandle handle_;
};

} // namespace
} // namespace wasi

namespace detail {

ReceiveDriver& standard_input_driver() {
  static auto& driver = *new wasi::InputDriver;
  return driver;
}

SendDriver& standard_output_driver() {
  static auto& driver = *new wasi::OutputDriver(wasi::Stdio::output);
  return driver;
}

SendDriver& standard_error_driver() {
  static auto& driver = *new wasi::OutputDriver(wasi::Stdio::error);
  return driver;
}

} // namespace detail
WASIO_END
