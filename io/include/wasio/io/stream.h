// Byte streams.
#pragma once

#include <wasio/io/errors.h>
#include <wasio/task.h>

#include <cstddef>
#include <span>
#include <string_view>

WASIO_BEGIN

// Where bytes come from. Destroying it releases what it stands for at once.
class ReceiveStream {
 public:
  virtual ~ReceiveStream() = default;

  // Waits for at least one byte, fills the front of `into` and gives how many; 0 is the end, and
  // stays so. `into` must not be empty (`misuse`) and must live until the returned Task has ended.
  // One receive at a time: one that comes while another waits fails with `busy`; on a stream that
  // is closed it fails with `closed`. Cancel point; a cancelled receive has taken nothing.
  virtual Task<std::size_t> receive_into(std::span<std::byte> into) = 0;

  // How many bytes there are in all, if that was announced; else 0.
  virtual std::size_t size_hint() const { return 0; }

  // Ends it gracefully: a receive that waits, and all that come later, fail with `closed`. Closing
  // again does nothing. If it is cancelled, the stream is closed all the same. The default is for
  // streams that have nothing to close.
  virtual Task<> aclose();
};

// Where bytes go. Destroying it releases what it stands for at once.
class SendStream {
 public:
  virtual ~SendStream() = default;

  // Waits until all of `bytes` are accepted; they must live until the task has ended. One send at a
  // time: one that comes while another waits fails with `busy`. When nobody can receive any more,
  // or the stream is closed, it fails with `closed`, also while it waits. Cancel point; after a
  // cancel or an error a part may have been sent.
  virtual Task<> send_all(std::span<const std::byte> bytes) = 0;

  // Ends it gracefully: the other side gets what was sent and then the end. A send that waits, and
  // all that come later, fail with `closed`. Closing again does nothing. If it is cancelled, the
  // stream is closed all the same. The default is for streams that have nothing to close.
  virtual Task<> aclose();
};

// Both ways. They are independent: a receive and a send may wait at the same time.
class ByteStream : public ReceiveStream, public SendStream {
 public:
  // Says that nothing more will be sent: the other side gets what was sent and then the end, while
  // receiving goes on. Sends after it fail with `closed`; while one waits it fails with `busy`. A
  // second time it does nothing; after `aclose` it fails with `closed`. Cancel point if it waits.
  virtual Task<> send_eof() = 0;

  // Closes both ways.
  Task<> aclose() override = 0;
};

inline std::span<const std::byte> as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

namespace detail {

// The errors that are the same for all streams; `stream` is what messages call it.
Error no_room();
Error receives_already(std::string_view stream);
Error sends_already(std::string_view stream);
Error is_closed(std::string_view stream);

} // namespace detail

WASIO_END
