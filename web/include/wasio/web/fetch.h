// Requests over HTTP, as the JavaScript host makes them.
#pragma once

#include <wasio/stream.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

WASIO_BEGIN

// What a server has answered. The body comes as a stream: nothing beyond the chunk in hand is asked
// for before somebody receives. Destroying the response, or the body that was taken out of it,
// aborts what has not arrived.
class Response {
 public:
  // For the parts of the library: a request of the host that was answered.
  explicit Response(std::uint32_t source);

  int status() const { return status_; }
  // The status says success: 200 to 299.
  bool ok() const { return status_ >= 200 && status_ <= 299; }
  // Where the answer came from, after redirections.
  const std::string& url() const { return url_; }
  // The header's value if it was sent and may be seen; the case of the name does not count.
  std::optional<std::string_view> header(std::string_view name) const;

  // `announced_size` is what the server said that it will send, unless that was compressed.
  // A connection that breaks before the end fails with `io`.
  ReceiveStream& body() const { return *body_; }
  // The body as an object of its own; `body` must not be used any more.
  std::unique_ptr<ReceiveStream> take_body() { return std::move(body_); }

 private:
  int status_ = 0;
  std::string url_;
  std::string headers_; // lines "name: value\n", names in lower case
  std::unique_ptr<ReceiveStream> body_;
};

// Sends a GET request and waits for the head of the answer. In a page the URL may be relative. Like
// fetch of JavaScript it succeeds whatever the status is; it fails with `bad_data` when `url` is no
// URL and with `connection_failed` when no answer came. Cancel point: a cancel aborts the request
// and ends the work once the host has confirmed; if the answer came first, it is delivered.
Task<Response> fetch(std::string url);

WASIO_END
