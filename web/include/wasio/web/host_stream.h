// Bytes that come from the JavaScript host.
#pragma once

#include <wasio/io/stream.h>
#include <wasio/web/host_wait.h>

WASIO_BEGIN
namespace detail {

// A source of bytes on the JavaScript side: the body of a response, a file of Node, standard input.
// One chunk is asked for at a time, and only when somebody receives. A cancel ends a receive at
// once and loses nothing: what arrives later is kept for the next one. Destroying the stream closes
// the source: a request is aborted, a file closed.
class HostStream final : public ReceiveStream {
 public:
  // `name` stands before the messages of errors; `announced` is the size in all, or 0.
  HostStream(std::uint32_t source, std::string name, std::size_t announced)
      : source_(source), announced_(announced), name_(std::move(name)) {}
  HostStream(const HostStream&) = delete;
  HostStream& operator=(const HostStream&) = delete;
  ~HostStream() override;

  Task<std::size_t> receive_into(std::span<std::byte> into) override;
  std::size_t size_hint() const override { return announced_; }
  // Closes the source; does not wait for the host.
  Task<> aclose() override;

  // For several that share the stream, each with a `closed` of its own, which outlives the task: a
  // receive of one of them, and how it fails with `closed` when that has been set.
  Task<std::size_t> receive_for(const bool& closed, std::span<std::byte> into);
  void give_up(const bool& closed);

 private:
  class Receive;

  void close();

  std::uint32_t source_;
  std::size_t announced_;
  std::string name_;
  Receive* receiving_ = nullptr; // the one that waits
  bool closed_ = false;
};

// Standard input of the process.
HostStream& host_input();

} // namespace detail
WASIO_END
