// An HTTP response.
#pragma once

#include <wasio/io/stream.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

WASIO_BEGIN
namespace http {

// The head of a response, and its body as a stream. Nothing beyond the current chunk is requested
// until a task receives. Destroying the response, or a body taken from it, aborts the part that has
// not arrived.
class Response {
 public:
  // `headers` consists of lines `name: value\n`, the names in lower case.
  Response(int status, std::string url, std::string headers, std::unique_ptr<ReceiveStream> body)
      : status_(status), url_(std::move(url)), headers_(std::move(headers)),
        body_(std::move(body)) {}

  int status() const { return status_; }
  // Whether the status is 200 to 299, which means success.
  bool ok() const { return status_ >= 200 && status_ <= 299; }
  // The URL that responded, after redirects.
  const std::string& url() const { return url_; }
  // The header's value, if it was sent and is visible to the program. The case of `name` does not
  // matter. O(headers).
  std::optional<std::string_view> header(std::string_view name) const;

  // Its `size_hint` is the size that the server announced, unless the body is compressed. A receive
  // fails with `io` if the connection breaks before the end.
  ReceiveStream& body() const { return *body_; }
  // Moves the body out. `body` must not be called afterwards.
  std::unique_ptr<ReceiveStream> take_body() { return std::move(body_); }

 private:
  int status_;
  std::string url_;
  std::string headers_;
  std::unique_ptr<ReceiveStream> body_;
};

} // namespace http
WASIO_END
