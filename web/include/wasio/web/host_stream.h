// Bytes that come from the JavaScript host.
#pragma once

#include <wasio/io/receive_half.h>
#include <wasio/web/host_operation.h>

WASIO_BEGIN
namespace detail {

// Aborts a request, closes a file.
void close_host_source(double source);

// A source of bytes on the JavaScript side: the body of a response, a file of Node, standard input.
// One chunk is requested at a time, and only while a task waits for it; what arrives after a cancel
// stays there for the next receive. Closing the source aborts a request, and closes a file.
class HostSource final : public ReceiveDriver, private HostOperation {
 public:
  // `name` stands before the messages of errors; `size` is the total number of bytes, if announced.
  HostSource(double source, std::string name, std::optional<std::uint64_t> size)
      : source_(source), name_(std::move(name)), size_(size) {}

  std::string_view name() const override { return name_; }
  TryResult try_receive(std::span<std::byte> into) override;
  std::optional<std::uint64_t> size_hint() const override { return size_; }
  Error watch(Loop&) override { return {}; } // the try has asked for the answer
  void unwatch() override;
  void close() override;

 private:
  void answered(HostAnswer answer, const Block& block) override;

  double source_;
  std::string name_;
  std::optional<std::uint64_t> size_;
  Error error_; // of a read, until it is received
};

using HostStream = ReceiveStreamOf<HostSource>;

} // namespace detail
WASIO_END
