#include <wasio/io/stream.h>

WASIO_BEGIN

Readable ReceiveStream::readable() {
  return Readable(Error(errors::unsupported, "this stream has no readable()"));
}

std::optional<Task<std::uint64_t>> ReceiveStream::splice_to(SendStream&, std::uint64_t) {
  return std::nullopt;
}

Task<> ReceiveStream::aclose() {
  co_return;
}

Task<> SendStream::aclose() {
  co_return;
}

namespace detail {

Error no_room() {
  return Error(errors::misuse, "receive_into(): the span is empty; pass room for at least 1 byte");
}
Error receives_already(std::string_view stream) {
  return Error(errors::busy, join_text(stream, ": another task is already receiving"));
}
Error sends_already(std::string_view stream) {
  return Error(errors::busy, join_text(stream, ": another task is already sending"));
}
Error is_closed(std::string_view stream) {
  return Error(errors::closed, join_text(stream, " is closed"));
}

} // namespace detail
WASIO_END
