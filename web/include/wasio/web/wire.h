// The format in which values cross between C++ and JavaScript; web/js/wire.ts has the table of it.
#pragma once

#include <wasio/config.h>
#include <wasio/memory.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>

WASIO_BEGIN
namespace detail {

// In the size of a text or list of numbers: the address of its bytes follows, instead of the bytes.
inline constexpr std::uint32_t elsewhere = 1U << 31;

constexpr std::size_t aligned(std::size_t offset, std::size_t size) {
  return (offset + size - 1) & (~size + 1);
}

// Writes values for JavaScript, which reads them in the import that is given `data`. Long texts are
// not copied, so they must live until then.
class Writer {
 public:
  Writer() = default;
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() {
    if (start_ != inline_) release(start_, capacity_);
  }

  template <class N>
  void number(N value) {
    if (std::byte* const place = next(sizeof value, sizeof value))
      std::memcpy(place, &value, sizeof value);
  }
  void text(std::string_view text) { items(text.data(), text.size(), 1); }
  // The size of a list of numbers, and the numbers.
  void items(const void* items, std::size_t count, std::size_t size);

  // Memory was exhausted, and something is missing.
  bool failed() const { return failed_; }
  const std::byte* data() const { return start_; }
  std::size_t size() const { return size_; }

 private:
  // Room for so many bytes, aligned; null if memory is exhausted.
  std::byte* next(std::size_t size, std::size_t alignment);
  bool grow(std::size_t size);

  std::size_t size_ = 0;
  std::size_t capacity_ = sizeof inline_;
  bool failed_ = false;
  alignas(8) std::byte inline_[64];
  std::byte* start_ = inline_;
};

// Reads what JavaScript has written into a block.
class Reader {
 public:
  explicit Reader(const std::byte* start) : at_(start) {}

  template <class N>
  N number() {
    N value;
    std::memcpy(&value, next(sizeof value, sizeof value), sizeof value);
    return value;
  }
  // Refers to the block.
  std::string_view text() {
    const std::span<const std::byte> bytes = items(1);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  // The bytes of a list of numbers of this size; they are aligned, and refer to the block.
  std::span<const std::byte> items(std::size_t size) {
    const std::size_t bytes = number<std::uint32_t>() * size;
    if (bytes == 0) return {};
    return {next(bytes, size), bytes};
  }

 private:
  const std::byte* next(std::size_t size, std::size_t alignment) {
    const auto place = aligned(reinterpret_cast<std::uintptr_t>(at_), alignment);
    at_ = reinterpret_cast<const std::byte*>(place) + size;
    return at_ - size;
  }

  const std::byte* at_;
};

// A block that JavaScript has allocated (`wasio_allocate`), filled and handed over. It begins at a
// multiple of 8. Null if there was nothing to write, or no memory for it.
class Block {
 public:
  Block(std::byte* start, std::size_t size) : start_(start), size_(size) {}
  Block(Block&& other) noexcept
      : start_(std::exchange(other.start_, nullptr)), size_(other.size_) {}
  Block& operator=(Block&&) = delete;
  ~Block() {
    if (start_) release(start_, size_);
  }

  explicit operator bool() const { return start_ != nullptr; }
  std::size_t size() const { return size_; }
  Reader reader() const { return Reader(start_); }

 private:
  std::byte* start_;
  std::size_t size_;
};

} // namespace detail
WASIO_END
