#include "imports.h"
#include <wasio/fail.h>
#include <wasio/host.h>
#include <wasio/web/host_stream.h>

WASIO_BEGIN
namespace detail {

class HostStream::Receive final : public HostWait {
 public:
  Receive(HostStream& stream, std::span<std::byte> into) : stream_(stream), into_(into) {
    stream_.receiving_ = true;
  }
  ~Receive() {
    if (pending()) wasio_host_source_forget(stream_.source_);
    stream_.receiving_ = false;
  }
  std::size_t await_resume() const noexcept { return count_; }

 private:
  std::string_view what() const override { return "receive"; }
  void start() override { read(); }
  Stop stop() override {
    wasio_host_source_forget(stream_.source_);
    forget_answer();
    return Stop::stopped;
  }
  void answered(HostAnswer, double) override { read(); }

  void read() {
    const Ticket ticket = expect_answer();
    const std::int32_t count = wasio_host_source_read(stream_.source_, into_.data(), into_.size(),
                                                      ticket.index, ticket.generation);
    if (count == host_pending) return;
    forget_answer();
    if (count == host_failed) return fail(take_host_error(stream_.name_ + ": "));
    count_ = static_cast<std::size_t>(count);
    complete();
  }

  HostStream& stream_;
  std::span<std::byte> into_;
  std::size_t count_ = 0;
};

HostStream::~HostStream() {
  wasio_host_source_close(source_);
}

Task<std::size_t> HostStream::receive_into(std::span<std::byte> into) {
  if (into.empty()) co_await wasio::fail(errors::misuse, "receive_into was given no room");
  if (receiving_)
    co_await wasio::fail(errors::misuse, name_, ": another task receives from it already");
  co_return co_await Receive(*this, into);
}

namespace {

// The host's number of standard input among its sources; 1 and 2 are the outputs.
constexpr std::uint32_t standard_input_source = 0;

class Write final : public HostWait {
 public:
  Write(std::int32_t stream, std::span<const std::byte> bytes) : stream_(stream), bytes_(bytes) {}
  void await_resume() const noexcept {}

 private:
  std::string_view what() const override { return "send"; }
  void start() override {
    const Ticket ticket = expect_answer();
    const std::int32_t result =
        wasio_host_write(stream_, bytes_.data(), bytes_.size(), ticket.index, ticket.generation);
    if (result == host_pending) return;
    forget_answer();
    if (result == host_failed) return fail(why());
    complete();
  }
  // The host has its copy of the bytes and goes on writing it.
  Stop stop() override {
    forget_answer();
    return Stop::stopped;
  }
  void answered(HostAnswer answer, double) override {
    if (answer == HostAnswer::failed) return fail(why());
    complete();
  }

  Error why() const {
    return take_host_error(stream_ == 1 ? "standard output: " : "standard error: ");
  }

  std::int32_t stream_;
  std::span<const std::byte> bytes_;
};

class StandardStream final : public SendStream {
 public:
  explicit StandardStream(std::int32_t stream) : stream_(stream) {}
  Task<> send_all(std::span<const std::byte> bytes) override { co_await Write(stream_, bytes); }

 private:
  std::int32_t stream_;
};

} // namespace
} // namespace detail

// None of these is ever destroyed: what they stand for is the host's.
ReceiveStream& standard_input() {
  static auto& input = *new detail::HostStream(detail::standard_input_source, "standard input", 0);
  return input;
}

SendStream& standard_output() {
  static auto& output = *new detail::StandardStream(1);
  return output;
}

SendStream& standard_error() {
  static auto& output = *new detail::StandardStream(2);
  return output;
}

WASIO_END
