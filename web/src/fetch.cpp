#include "imports.h"
#include <wasio/fail.h>
#include <wasio/http/fetch.h>
#include <wasio/io/detail/standard_drivers.h>
#include <wasio/io/open_source.h>
#include <wasio/web/host_stream.h>

#include <utility>

WASIO_BEGIN
namespace detail {
namespace {

// A source that the host is opening: closed again unless somebody takes it over.
class Opening : public HostWait {
 public:
  explicit Opening(const std::string& name) : name_(name) {}

 protected:
  ~Opening() {
    if (source_) wasio_host_source_close(source_);
  }
  std::uint32_t take_source() { return std::exchange(source_, 0); }

  const std::string& name_;
  std::uint32_t source_ = 0;
};

// A size as the host announces it: negative if it does not know.
std::optional<std::uint64_t> size_of(double announced) {
  if (announced < 0) return std::nullopt;
  return static_cast<std::uint64_t>(announced);
}

// The response of a request that was answered.
http::Response response_of(std::uint32_t source) {
  double announced = 0;
  std::int32_t status = 0;
  const std::size_t size = wasio_host_response(source, &status, &announced);
  std::string headers = take_host_text(size);
  const std::size_t end_of_url = headers.find('\n');
  std::string url = headers.substr(0, end_of_url);
  headers.erase(0, end_of_url + 1);
  auto body = std::make_unique<HostStream>(std::in_place, source, url, size_of(announced));
  return http::Response(status, std::move(url), std::move(headers), std::move(body));
}

class Fetch final : public Opening {
 public:
  using Opening::Opening;
  http::Response await_resume() { return response_of(take_source()); }

 private:
  std::string_view what() const override { return "fetch"; }
  void start() override {
    const Ticket ticket = expect_answer();
    source_ = wasio_host_fetch(name_.data(), name_.size(), ticket.index, ticket.generation);
  }
  Stop stop() override {
    wasio_host_fetch_abort(source_);
    return Stop::later;
  }
  void answered(HostAnswer answer, double) override {
    switch (answer) {
    case HostAnswer::done:
      return complete();
    case HostAnswer::failed:
      return fail(take_host_error(name_ + ": "));
    case HostAnswer::aborted:
      return confirm_stop();
    }
  }
};

class OpenFile final : public Opening {
 public:
  using Opening::Opening;
  // Null: the name is not that of a file, and nothing was done.
  std::unique_ptr<ReceiveStream> await_resume() {
    if (!source_) return nullptr;
    return std::make_unique<HostStream>(std::in_place, take_source(), name_, size_);
  }

 private:
  std::string_view what() const override { return "open"; }
  void start() override {
    const Ticket ticket = expect_answer();
    source_ = wasio_host_open_file(name_.data(), name_.size(), ticket.index, ticket.generation);
    if (source_) return;
    forget_answer();
    complete();
  }
  // The host closes the file by itself if it opens it all the same.
  Stop stop() override {
    forget_answer();
    return Stop::stopped;
  }
  void answered(HostAnswer answer, double size) override {
    if (answer == HostAnswer::failed) return fail(take_host_error(name_ + ": "));
    size_ = size_of(size);
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
