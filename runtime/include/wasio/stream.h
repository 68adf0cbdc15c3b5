// Byte streams.
#pragma once

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
  // One receive at a time: a second fails with `misuse` or stands in line, as each stream says, and
  // so it is with what a cancel leaves behind. Cancel point.
  virtual Task<std::size_t> receive_into(std::span<std::byte> into) = 0;

  // How many bytes there are in all, if that was announced; else 0.
  virtual std::size_t announced_size() const { return 0; }
};

// Where bytes go.
class SendStream {
 public:
  virtual ~SendStream() = default;

  // Waits until all of `bytes` are accepted; they must live until the task has ended. One send at a
  // time. Cancel point; after a cancel a part may have been sent.
  virtual Task<> send_all(std::span<const std::byte> bytes) = 0;
};

inline std::span<const std::byte> as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

WASIO_END
