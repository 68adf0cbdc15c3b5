// Which C++ types cross the boundary, and how.
#pragma once

#include <wasio/js_call.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

WASIO_BEGIN
namespace detail {

// One character for each type, which JavaScript checks arguments by (bindings/js/values.ts).
template <std::integral T>
constexpr char integer_type() {
  constexpr bool is_signed = std::is_signed_v<T>;
  switch (sizeof(T)) {
  case 1:
    return is_signed ? 'c' : 'C';
  case 2:
    return is_signed ? 'h' : 'H';
  case 4:
    return is_signed ? 'i' : 'I';
  default:
    return is_signed ? 'l' : 'L';
  }
}

template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> &&
                  !std::same_as<T, wchar_t> && !std::same_as<T, char8_t> &&
                  !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

template <class T>
concept Byte = std::same_as<T, std::byte> || std::same_as<T, std::uint8_t>;

// How a parameter of type T is made from its place in the call's block of arguments. What a view
// refers to lives in the block, as long as the call.
template <class T>
struct FromJs {
  static_assert(
      !std::is_reference_v<T>,
      "an exported function takes its parameters by value: a reference would outlive what "
      "it refers to");
  static_assert(std::is_reference_v<T> || sizeof(T) == 0,
                "this parameter's type cannot come from JavaScript: use integers, float, double, "
                "bool, std::string, std::string_view, a vector or span of bytes");
};

template <Integer T>
struct FromJs<T> {
  static constexpr char type = integer_type<T>();
  static T read(const ArgumentBlock& block, std::size_t index) { return block.number<T>(index); }
};
template <>
struct FromJs<bool> {
  static constexpr char type = 'b';
  static bool read(const ArgumentBlock& block, std::size_t index) {
    return block.number<std::int32_t>(index) != 0;
  }
};
template <std::floating_point T>
struct FromJs<T> {
  static constexpr char type = sizeof(T) == sizeof(float) ? 'f' : 'd';
  static T read(const ArgumentBlock& block, std::size_t index) {
    return static_cast<T>(block.number<double>(index));
  }
};
template <>
struct FromJs<std::string_view> {
  static constexpr char type = 's';
  static std::string_view read(const ArgumentBlock& block, std::size_t index) {
    return block.text(index);
  }
};
template <>
struct FromJs<std::string> {
  static constexpr char type = 's';
  static std::string read(const ArgumentBlock& block, std::size_t index) {
    return std::string(block.text(index));
  }
};
template <Byte T>
struct FromJs<std::span<const T>> {
  static constexpr char type = 'y';
  static std::span<const T> read(const ArgumentBlock& block, std::size_t index) {
    const std::string_view bytes = block.text(index);
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size()};
  }
};
template <Byte T>
struct FromJs<std::vector<T>> {
  static constexpr char type = 'y';
  static std::vector<T> read(const ArgumentBlock& block, std::size_t index) {
    const std::span<const T> bytes = FromJs<std::span<const T>>::read(block, index);
    return {bytes.begin(), bytes.end()};
  }
};

// How a result becomes the value of the call's Promise.
template <class T>
struct ToJs {
  static_assert(!std::is_same_v<T, std::string_view> && !std::is_reference_v<T>,
                "an exported function gives its result by value, not as a view or reference");
  static_assert(std::is_same_v<T, std::string_view> || std::is_reference_v<T> || sizeof(T) == 0,
                "this result's type cannot go to JavaScript: use void, integers, float, double, "
                "bool, std::string or a vector of bytes");
};

template <>
struct ToJs<void> {
  static constexpr char type = 'v';
};
template <>
struct ToJs<bool> {
  static constexpr char type = 'b';
  static void resolve(std::uint32_t call, bool value) { resolve_bool(call, value); }
};
template <class T>
  requires Integer<T> || std::floating_point<T>
struct ToJs<T> {
  static constexpr char type = FromJs<T>::type;
  static void resolve(std::uint32_t call, T value) {
    if constexpr (!Integer<T> || sizeof(T) < sizeof(std::int64_t)) {
      resolve_number(call, static_cast<double>(value));
    } else if constexpr (std::is_signed_v<T>) {
      resolve_int64(call, value);
    } else {
      resolve_uint64(call, value);
    }
  }
};
template <>
struct ToJs<std::string> {
  static constexpr char type = 's';
  static void resolve(std::uint32_t call, const std::string& value) { resolve_text(call, value); }
};
template <Byte T>
struct ToJs<std::vector<T>> {
  static constexpr char type = 'y';
  static void resolve(std::uint32_t call, const std::vector<T>& value) {
    resolve_bytes(call, std::as_bytes(std::span(value)));
  }
};

} // namespace detail
WASIO_END
