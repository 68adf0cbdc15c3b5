// What a server has answered to a request.
#pragma once

#include <wasio/io/stream.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

WASIO_BEGIN
namespace http {

// The head of an answer, and its body as a stream. Nothing beyond the current chunk is requested
// before a task receives. Destroying the response, or the body that was taken out of it, aborts
// what has not arrived.
class Response {
 public:
  // `headers` are lines `name: value\n` with the names in lower case.
  Response(int status, std::string url, std::string headers, std::unique_ptr<ReceiveStream> body)
      : status_(status), url_(std::move(url)), headers_(std::move(headers)),
        body_(std::move(body)) {}

  int status() const { return status_; }
  // The status reports success: 200 to 299.
  bool ok() const { return status_ >= 200 && status_ <= 299; }
  // Where the answer came from, after redirections.
  const std::string& url() const { return url_; }
  // The header's value if it was sent and may be seen; the case of the name does not matter.
  // O(headers).
  std::optional<std::string_view> header(std::string_view name) const;

  // `size_hint` is what the server said that it will send, unless that was compressed. A connection
  // that breaks before the end fails with `io`.
  ReceiveStream& body() const { return *body_; }
  // The body as an object of its own; `body` must not be used any more.
  std::unique_ptr<ReceiveStream> take_body() { return std::move(body_); }

 private:
  int status_;
  std::string url_;
  std::string headers_;
  std::unique_ptr<ReceiveStream> body_;
};

} // namespace http
WASIO_END
