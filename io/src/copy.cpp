#include <wasio/io/copy.h>

#include <algorithm>
#include <memory>

WASIO_BEGIN
namespace {

// Where the bytes pass if the source does not move them itself; made when it is first needed.
class Room {
 public:
  // Its front, at most `wanted` bytes.
  std::span<std::byte> up_to(std::uint64_t wanted) {
    if (!bytes_) bytes_ = std::make_unique_for_overwrite<std::byte[]>(size);
    return {bytes_.get(), static_cast<std::size_t>(std::min<std::uint64_t>(wanted, size))};
  }

 private:
  static constexpr std::size_t size = 256 << 10;
  std::unique_ptr<std::byte[]> bytes_;
};

// Returns false if the stream ended first.
Task<bool> skip(ReceiveStream& from, std::uint64_t count, Room& room) {
  while (count > 0) {
    const std::size_t skipped = co_await from.receive_into(room.up_to(count));
    if (skipped == 0) co_return false;
    count -= skipped;
  }
  co_return true;
}

// Moves at most `limit` bytes, and returns how many; 0 is the end.
Task<std::uint64_t> move_some(ReceiveStream& from, SendStream& to, std::uint64_t limit,
                              Room& room) {
  if (auto spliced = from.splice_to(to, limit)) co_return co_await std::move(*spliced);
  const auto piece = room.up_to(limit);
  const std::size_t count = co_await from.receive_into(piece);
  if (count > 0) co_await to.send_all(piece.first(count));
  co_return count;
}

} // namespace

Task<std::uint64_t> copy(ReceiveStream& from, SendStream& to, CopyOptions options) {
  std::uint64_t sent = 0;
  if (options.progress) *options.progress = 0;
  if (options.count == 0) co_return sent;
  Room room;
  if (!co_await skip(from, options.offset, room)) co_return sent;
  while (sent < options.count) {
    const std::uint64_t moved = co_await move_some(from, to, options.count - sent, room);
    if (moved == 0) break;
    sent += moved;
    if (options.progress) *options.progress = sent;
  }
  co_return sent;
}

WASIO_END
