// Requests over HTTP, as the JavaScript host makes them.
#pragma once

#include <wasio/http/response.h>

#include <string>

WASIO_BEGIN
namespace http {

// Sends a GET request and waits for the head of the answer. In a page the URL may be relative. Like
// JavaScript's fetch, it succeeds whatever the status; it fails with `bad_data` if `url` is invalid
// and with `connection_failed` if no answer came. Cancel point: a cancel aborts the request and
// ends the work once the host has confirmed; if the answer came first, it is delivered.
Task<Response> fetch(std::string url);

} // namespace http
WASIO_END
