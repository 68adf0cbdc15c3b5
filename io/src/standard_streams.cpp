#include <wasio/io/detail/standard_drivers.h>
#include <wasio/io/standard_streams.h>

WASIO_BEGIN
namespace {

// An output of the process. `aclose` does nothing: the output is not the program's to close.
class StandardOutput final : public SendStream {
 public:
  explicit StandardOutput(SendDriver& driver) : driver_(&driver) {}

  Task<> send_all(std::span<const std::byte> bytes) override {
    co_await detail::Send(*driver_, bytes);
  }

 private:
  SendDriver* driver_;
};

} // namespace

ReceiveStream& standard_input() {
  static auto& stream = *new ReceiveHalf(detail::standard_input_driver());
  return stream;
}

SendStream& standard_output() {
  static auto& stream = *new StandardOutput(detail::standard_output_driver());
  return stream;
}

SendStream& standard_error() {
  static auto& stream = *new StandardOutput(detail::standard_error_driver());
  return stream;
}

Task<> print(std::string text) {
  co_await detail::Send(detail::standard_output_driver(), as_bytes(text));
}
Task<> print_error(std::string text) {
  co_await detail::Send(detail::standard_error_driver(), as_bytes(text));
}

WASIO_END
