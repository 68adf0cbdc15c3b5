#include <wasio/fail.h>
#include <wasio/http/fetch.h>
#include <wasio/io/detail/standard_drivers.h>
#include <wasio/io/open_source.h>
#include <wasio/web/host_stream.h>

#include <utility>

extern "C" {
double wasio_host_fetch(const char* url, std::size_t size, double ticket);
void wasio_host_abort_fetch(double source);
double wasio_host_open_file(const char* name, std::size_t size, double ticket);
}

WASIO_BEGIN
namespace detail {
namespace {

// A source that the host is opening: closed again unless somebody takes it over.
class Opening : public HostWait {
 public:
  explicit Opening(const std::string& name) : name_(name) {}

 protected:
  ~Opening() {
    if (source_ != 0) close_host_source(source_);
  }
  double take_source() { return std::exchange(source_, 0); }

  const std::string& name_;
  double source_ = 0;
};

// A size as the host announces it: negative if it does not know.
std::optional<std::uint64_t> size_of(double announced) {
  if (announced < 0) return std::nullopt;
  return static_cast<std::uint64_t>(announced);
}

class Fetch final : public Opening {
 public:
  using Opening::Opening;
  http::Response await_resume() { return std::move(*response_); }

 private:
  std::string_view what() const override { return "fetch"; }
  void start() override {
    const auto ticket = expect_answer();
    if (!ticket) return fail(no_memory());
    source_ = wasio_host_fetch(name_.data(), name_.size(), *ticket);
  }
  Stop stop() override {
    wasio_host_abort_fetch(source_);
    return Stop::later;
  }
  void answered(HostAnswer answer, const Block& block) override {
    switch (answer) {
    case HostAnswer::done:
      return respond(block.reader());
    case HostAnswer::failed:
      return fail(host_error(block, name_ + ": "));
    case HostAnswer::aborted:
      return confirm_stop();
    }
  }
  // The head of the response, as web/js/fetch.ts writes it.
  void respond(Reader in) {
    const auto status = in.number<std::int32_t>();
    const auto size = size_of(in.number<double>());
    std::string url(in.text());
    std::string headers(in.text());
    auto body = std::make_unique<HostStream>(std::in_place, take_source(), url, size);
    response_.emplace(status, std::move(url), std::move(headers), std::move(body));
    complete();
  }

  std::optional<http::Response> response_;
};

class OpenFile final : public Opening {
 public:
  using Opening::Opening;
  // Null: the name is not that of a file, and nothing was done.
  std::unique_ptr<ReceiveStream> await_resume() {
    if (source_ == 0) return nullptr;
    return std::make_unique<HostStream>(std::in_place, take_source(), name_, size_);
  }

 private:
  std::string_view what() const override { return "open"; }
  void start() override {
    const auto ticket = expect_answer();
    if (!ticket) return fail(no_memory());
    source_ = wasio_host_open_file(name_.data(), name_.size(), *ticket);
    if (source_ != 0) return;
    forget_answer();
    complete();
  }
  // The host closes the file by itself if it opens it all the same.
  Stop stop() override {
    forget_answer();
    return Stop::stopped;
  }
  void answered(HostAnswer answer, const Block& block) override {
    if (answer == HostAnswer::failed) return fail(host_error(block, name_ + ": "));
    size_ = size_of(block.reader().number<double>());
    complete();
  }

  std::optional<std::uint64_t> size_;
};

const ErrorKind& kind_of_status(int status) {
  switch (status) {
  case 404:
  case 410:
    return errors::not_found;
  case 401:
  case 403:
    return errors::not_permitted;
  default:
    return errors::io;
  }
}

} // namespace
} // namespace detail

Task<http::Response> http::fetch(std::string url) {
  co_return co_await detail::Fetch(url);
}

Task<std::unique_ptr<ReceiveStream>> open_source(std::string name) {
  if (name == "-") co_return std::make_unique<ReceiveHalf>(detail::standard_input_driver());
  if (auto file = co_await detail::OpenFile(name)) co_return file;
  http::Response response = co_await http::fetch(name);
  if (!response.ok()) {
    co_await fail(detail::kind_of_status(response.status()), name, ": the server answered ",
                  response.status());
  }
  co_return response.take_body();
}

WASIO_END
