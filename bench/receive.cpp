// A receive whose bytes are there, against the copy alone.
#include "measure.h"
#include <wasio/io/receive_half.h>

#include <array>
#include <cstring>

namespace bench {
namespace {

constexpr std::size_t chunk = 64;

// Never runs out. The source's address is hidden from the optimizer, as that of a host's buffer is.
std::array<std::byte, chunk> source_bytes;
const std::byte* volatile source = source_bytes.data();

std::size_t copy_chunk(std::span<std::byte> into) {
  std::memcpy(into.data(), source, chunk);
  return chunk;
}

class Endless final : public wasio::ReceiveDriver {
 public:
  std::string_view name() const override { return "endless"; }
  wasio::TryResult try_receive(std::span<std::byte> into) override { return copy_chunk(into); }
  wasio::Error watch(wasio::Loop&) override { return {}; }
};

wasio::Task<> receive(int count) {
  const auto stream = endless_stream();
  std::array<std::byte, chunk> room;
  for (int i = 0; i < count; ++i) sink = static_cast<int>(co_await stream->receive_into(room));
}

void copy(int count) {
  std::array<std::byte, chunk> room;
  for (int i = 0; i < count; ++i) {
    sink = static_cast<int>(copy_chunk(room));
    asm volatile("" : : "r"(room.data()) : "memory"); // the bytes are needed
  }
}

} // namespace

const Measure receive_ready{"receive_ready", receive, copy};

std::unique_ptr<wasio::ReceiveStream> endless_stream() {
  return std::make_unique<wasio::ReceiveStreamOf<Endless>>(std::in_place);
}

} // namespace bench
