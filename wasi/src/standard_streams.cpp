#include "standard_streams.h"

#include "host_streams.h"
#include <wasio/fail.h>
#include <wasio/host.h>

WASIO_BEGIN
namespace wasi {
namespace {

class StandardLine final : public Line {
 public:
  explicit StandardLine(Stdio stream) : stream_(stream) {}
  Interest interest() const override { return interest_in(stream_); }

 private:
  Stdio stream_;
};

Line& line_of(Stdio stream) {
  static StandardLine lines[] = {StandardLine(Stdio::input), StandardLine(Stdio::output),
                                 StandardLine(Stdio::error)};
  return lines[static_cast<std::size_t>(stream)];
}

// A terminal can be read on after its end; a stream cannot.
constinit bool input_ended = false;

// One receive is one operation, whether it waits or not.
class ReadInput final : public ReadyWait {
 public:
  explicit ReadInput(std::span<std::byte> into) : ReadyWait(line_of(Stdio::input)), into_(into) {}
  std::size_t await_resume() const { return count_; }

 private:
  std::string_view what() const override { return "receive"; }
  Tried attempt(bool told) override {
    if (input_ended) return 0;
    Tried tried = read_input(into_, told);
    input_ended = tried && *tried && **tried == 0;
    return tried;
  }

  std::span<std::byte> into_;
};

// One send is one operation, however many pieces the host takes it in.
class WriteAll final : public ReadyWait {
 public:
  WriteAll(Stdio stream, std::span<const std::byte> bytes)
      : ReadyWait(line_of(stream)), stream_(stream), rest_(bytes) {}
  void await_resume() const {}

 private:
  std::string_view what() const override { return "send"; }
  Tried attempt(bool) override {
    while (!rest_.empty()) {
      Tried tried = write_some(stream_, rest_);
      if (!tried || !*tried) return tried;
      rest_ = rest_.subspan(**tried);
    }
    return finish_writing(stream_);
  }

  Stdio stream_;
  std::span<const std::byte> rest_;
};

class StandardInput final : public ReceiveStream {
 public:
  Task<std::size_t> receive_into(std::span<std::byte> into) override {
    if (into.empty()) co_await wasio::fail(errors::misuse, "receive_into was given no room");
    co_return co_await ReadInput(into);
  }
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
