// Copies from one stream to another.
#pragma once

#include <wasio/io/stream.h>

#include <cstdint>

WASIO_BEGIN

struct CopyOptions {
  std::uint64_t offset = 0;          // bytes to receive and discard first
  std::uint64_t count = UINT64_MAX;  // the most bytes to send
  std::uint64_t* progress = nullptr; // kept at the bytes sent so far; must outlive the task
};

// Sends what it receives until the source ends or `count` bytes were sent, and returns the number
// of bytes sent: 0 if the source ends before `offset`. Receives nothing beyond `count` and closes
// neither stream. If the source can move its bytes itself (`splice_to`), it does; otherwise they
// pass through a buffer of 256 KiB. Cancel point; a cancel, or an error of `to`, loses the bytes
// received but not yet sent, at most 256 KiB.
// O(bytes).
Task<std::uint64_t> copy(ReceiveStream& from, SendStream& to, CopyOptions options = {});

WASIO_END
