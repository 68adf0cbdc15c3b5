// Byte streams.
#pragma once

#include <wasio/io/errors.h>
#include <wasio/io/readable.h>
#include <wasio/task.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

WASIO_BEGIN

class SendStream;

// A source of bytes. Destroying it releases the underlying resource immediately; a receive that
// waits then fails with `closed`. It must outlive the Tasks of receives that have not begun.
class ReceiveStream {
 public:
  virtual ~ReceiveStream() = default;

  // Waits for at least one byte, fills the front of `into` and returns the number of bytes; 0 is
  // the end of the stream, and all later calls return 0 too. `into` must not be empty (`misuse`)
  // and must live until the returned Task has ended. One receive at a time: a second one fails with
  // `busy` while the first waits. On a closed stream it fails with `closed`. Cancel point; a
  // cancelled receive has taken nothing.
  virtual Task<std::size_t> receive_into(std::span<std::byte> into) = 0;

  // `co_await stream.readable()` completes when a receive would not wait: there is data, the end,
  // or an error. Takes nothing. It counts as a receive: one at a time, and `aclose` ends it with
  // `closed`. Cancel point. Fails with `unsupported` on a stream that does not override it; all
  // streams of the library do.
  virtual Readable readable();

  // The total number of bytes, if it was announced.
  virtual std::optional<std::uint64_t> size_hint() const { return std::nullopt; }

  // For a source that can move bytes to `to` without the caller's buffer: moves at least one byte
  // and at most `limit`, and returns how many; 0 is the end. `limit` must not be 0. Fails as
  // `receive_into` or `send_all` would; after an error or a cancel, bytes may be lost. The default,
  // nullopt, means that it cannot: it has done nothing. `copy` asks this first.
  virtual std::optional<Task<std::uint64_t>> splice_to(SendStream& to, std::uint64_t limit);

  // Closes the stream gracefully: a waiting receive, and all later ones, fail with `closed`.
  // Closing again does nothing. The stream is closed even if `aclose` is cancelled. The default is
  // for streams that have nothing to close.
  virtual Task<> aclose();
};

// A destination for bytes. Destroying it releases the underlying resource immediately.
class SendStream {
 public:
  virtual ~SendStream() = default;

  // Waits until all of `bytes` are accepted; they must live until the task has ended. One send at a
  // time: a second one fails with `busy` while the first waits. Fails with `closed`, even while it
  // waits, if the stream is closed or no receiver is left. Cancel point; after a cancel or an
  // error, a part may have been sent.
  virtual Task<> send_all(std::span<const std::byte> bytes) = 0;

  // Closes the stream gracefully: the other side receives what was sent, then the end. A waiting
  // send, and all later ones, fail with `closed`. Closing again does nothing. The stream is closed
  // even if `aclose` is cancelled. The default is for streams that have nothing to close.
  virtual Task<> aclose();
};

// Both directions. They are independent: a receive and a send may wait at the same time.
class ByteStream : public ReceiveStream, public SendStream {
 public:
  // Ends the sending direction: the other side receives what was sent, then the end; receiving
  // continues. Later sends fail with `closed`. Fails with `busy` while a send waits, and with
  // `closed` after `aclose`; a second call does nothing. Cancel point if it waits.
  virtual Task<> send_eof() = 0;

  // Closes both directions.
  Task<> aclose() override = 0;
};

inline std::span<const std::byte> as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

namespace detail {

// The errors common to all streams; `stream` is its name in messages.
Error no_room();
Error receives_already(std::string_view stream);
Error sends_already(std::string_view stream);
Error is_closed(std::string_view stream);

} // namespace detail

WASIO_END
