#include <wasio/io/copy.h>

#include <algorithm>
#include <vector>

WASIO_BEGIN
namespace {

constexpr std::size_t copy_piece = 256 << 10;

// The front of `room`, at most `wanted` bytes.
std::span<std::byte> up_to(std::uint64_t wanted, std::span<std::byte> room) {
  return room.first(static_cast<std::size_t>(std::min<std::uint64_t>(wanted, room.size())));
}

// Returns false if the stream ended first.
Task<bool> skip(ReceiveStream& from, std::uint64_t count, std::span<std::byte> room) {
  while (count > 0) {
    const std::size_t skipped = co_await from.receive_into(up_to(count, room));
    if (skipped == 0) co_return false;
    count -= skipped;
  }
  co_return true;
}

} // namespace

Task<std::uint64_t> copy(ReceiveStream& from, SendStream& to, CopyOptions options) {
  std::uint64_t sent = 0;
  if (options.progress) *options.progress = 0;
  if (options.count == 0) co_return sent;
  std::vector<std::byte> room(copy_piece);
  if (!co_await skip(from, options.offset, room)) co_return sent;
  while (sent < options.count) {
    const auto piece = up_to(options.count - sent, room);
    const std::size_t count = co_await from.receive_into(piece);
    if (count == 0) break;
    co_await to.send_all(piece.first(count));
    sent += count;
    if (options.progress) *options.progress = sent;
  }
  co_return sent;
}

WASIO_END
