// From one stream to another.
#pragma once

#include <wasio/io/stream.h>

#include <cstdint>

WASIO_BEGIN

struct CopyOptions {
  std::uint64_t offset = 0;          // bytes to receive and drop first
  std::uint64_t count = UINT64_MAX;  // bytes to send at most
  std::uint64_t* progress = nullptr; // kept at how many were sent; must live as long as the task
};

// Sends what it receives, until the end or `count`, and gives how many bytes were sent: 0 if the
// source ends before `offset`. Nothing beyond `count` is received, and neither stream is closed.
// Moves up to 256 KiB at a time, and holds as much. Cancel point; a cancel or an error of `to`
// loses what was received and not sent, at most one such piece. O(bytes).
Task<std::uint64_t> copy(ReceiveStream& from, SendStream& to, CopyOptions options = {});

WASIO_END
