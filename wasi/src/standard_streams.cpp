#include "standard_streams.h"

#include "host_streams.h"
#include <wasio/io/standard_streams.h>

#include <utility>

WASIO_BEGIN
namespace wasi {
namespace {

class StandardQueue final : public IoQueue {
 public:
  explicit StandardQueue(Stdio stream) : stream_(stream) {}
  Interest interest() const override { return interest_in(stream_); }

 private:
  Stdio stream_;
};

IoQueue& queue_of(Stdio stream) {
  static StandardQueue queues[] = {StandardQueue(Stdio::input), StandardQueue(Stdio::output),
                                   StandardQueue(Stdio::error)};
  return queues[static_cast<std::size_t>(stream)];
}

// A terminal can be read again after its end; a stream cannot.
constinit bool input_ended = false;

// Objects for standard input share the input, but each is closed separately.
class StandardInput final : public ReceiveStream {
 public:
  StandardInput() = default;
  StandardInput(const StandardInput&) = delete;
  StandardInput& operator=(const StandardInput&) = delete;
  ~StandardInput() override { close(); }

  Task<std::size_t> receive_into(std::span<std::byte> into) override;
  Task<> aclose() override {
    close();
    co_return;
  }

 private:
  class Read;

  void close();

  Read* reading_ = nullptr; // the last one that began and still exists
  bool closed_ = false;
};

// One receive is one operation, whether it waits or not.
class StandardInput::Read final : public ReadyWait {
 public:
  Read(StandardInput& input, std::span<std::byte> into)
      : ReadyWait(queue_of(Stdio::input)), input_(&input), into_(into) {}
  ~Read() {
    if (input_ && input_->reading_ == this) input_->reading_ = nullptr;
  }
  std::size_t await_resume() const { return count_; }
  // The input may be gone afterwards.
  void close() {
    input_ = nullptr;
    give_up(detail::is_closed(name_of(Stdio::input)));
  }

 private:
  std::string_view what() const override { return "receive"; }
  Error refusal() const override {
    if (into_.empty()) return detail::no_room();
    if (input_->closed_) return detail::is_closed(name_of(Stdio::input));
    if (must_queue()) return detail::receives_already(name_of(Stdio::input));
    return {};
  }
  TryResult attempt(bool told) override {
    input_->reading_ = this;
    if (input_ended) return 0;
    TryResult tried = read_input(into_, told);
    input_ended = tried && *tried && **tried == 0;
    return tried;
  }

  StandardInput* input_;
  std::span<std::byte> into_;
};

Task<std::size_t> StandardInput::receive_into(std::span<std::byte> into) {
  co_return co_await Read(*this, into);
}

void StandardInput::close() {
  closed_ = true;
  if (auto* const reading = std::exchange(reading_, nullptr)) reading->close();
}

// One send is one operation, however many pieces the host takes it in.
class WriteAll final : public ReadyWait {
 public:
  WriteAll(Stdio stream, std::span<const std::byte> bytes)
      : ReadyWait(queue_of(stream)), stream_(stream), rest_(bytes) {}
  void await_resume() const {}

 private:
  std::string_view what() const override { return "send"; }
  TryResult attempt(bool) override {
    while (!rest_.empty()) {
      TryResult tried = write_some(stream_, rest_);
      if (!tried || !*tried) return tried;
      rest_ = rest_.subspan(**tried);
    }
    return finish_writing(stream_);
  }

  Stdio stream_;
  std::span<const std::byte> rest_;
};

class StandardSink final : public SendStream {
 public:
  explicit StandardSink(Stdio stream) : stream_(stream) {}

  Task<> send_all(std::span<const std::byte> bytes) override { co_await WriteAll(stream_, bytes); }

 private:
  Stdio stream_;
};

} // namespace

std::unique_ptr<ReceiveStream> share_standard_input() {
  return std::make_unique<StandardInput>();
}

} // namespace wasi

ReceiveStream& standard_input() {
  static wasi::StandardInput input;
  return input;
}

SendStream& standard_output() {
  static wasi::StandardSink output(wasi::Stdio::output);
  return output;
}

SendStream& standard_error() {
  static wasi::StandardSink output(wasi::Stdio::error);
  return output;
}

WASIO_END
