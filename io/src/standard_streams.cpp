#include <wasio/io/standard_streams.h>

WASIO_BEGIN

Task<> print(std::string text) {
  co_await standard_output().send_all(as_bytes(text));
}
Task<> print_error(std::string text) {
  co_await standard_error().send_all(as_bytes(text));
}

WASIO_END
