#include "imports.h"
#include <wasio/io/standard_streams.h>
#include <wasio/web/host_stream.h>

WASIO_BEGIN
namespace detail {

class HostStream::Receive final : public HostWait {
 public:
  Receive(HostStream& stream, const bool& closed, std::span<std::byte> into)
      : stream_(stream), closed_(closed), into_(into) {}
  ~Receive() {
    if (pending()) forget();
  }
  std::size_t await_resume() const noexcept { return count_; }

  bool is_of(const bool& closed) const { return &closed_ == &closed; }
  // What is on its way is the host's to keep.
  void give_up() {
    forget();
    forget_answer();
    fail(is_closed(stream_.name_));
  }

 private:
  std::string_view what() const override { return "receive"; }
  void start() override {
    if (into_.empty()) return fail(no_room());
    if (closed_ || stream_.closed_) return fail(is_closed(stream_.name_));
    if (stream_.receiving_) return fail(receives_already(stream_.name_));
    read();
  }
  Stop stop() override {
    forget();
    forget_answer();
    return Stop::stopped;
  }
  void answered(HostAnswer, double) override {
    stream_.receiving_ = nullptr;
    read();
  }

  void read() {
    const Ticket ticket = expect_answer();
    const std::int32_t count = wasio_host_source_read(stream_.source_, into_.data(), into_.size(),
                                                      ticket.index, ticket.generation);
    if (count == host_pending) {
      stream_.receiving_ = this;
      return;
    }
    forget_answer();
    if (count == host_failed) return fail(take_host_error(stream_.name_ + ": "));
    count_ = static_cast<std::size_t>(count);
    complete();
  }
  void forget() {
    wasio_host_source_forget(stream_.source_);
    stream_.receiving_ = nullptr;
  }

  HostStream& stream_;
  const bool& closed_;
  std::span<std::byte> into_;
  std::size_t count_ = 0;
};

HostStream::~HostStream() {
  close();
}

void HostStream::close() {
  if (std::exchange(closed_, true)) return;
  if (receiving_) receiving_->give_up();
  wasio_host_source_close(source_);
}

WASIO_CORO_WRAPPER Task<std::size_t> HostStream::receive_into(std::span<std::byte> into) {
  return receive_for(closed_, into);
}

Task<std::size_t> HostStream::receive_for(const bool& closed, std::span<std::byte> into) {
  co_return co_await Receive(*this, closed, into);
}

void HostStream::give_up(const bool& closed) {
  if (receiving_ && receiving_->is_of(closed)) receiving_->give_up();
}

Task<> HostStream::aclose() {
  close();
  co_return;
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
detail::HostStream& detail::host_input() {
  static auto& input = *new HostStream(standard_input_source, "standard input", 0);
  return input;
}

ReceiveStream& standard_input() {
  return detail::host_input();
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
