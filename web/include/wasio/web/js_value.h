// A value of JavaScript, held from C++.
#pragma once

#include <wasio/config.h>

#include <cstdint>
#include <utility>

WASIO_BEGIN

class JsValue;

namespace detail {
// Takes over a place in the table; and which place a value has, 0 for none.
JsValue value_at(std::uint32_t handle);
std::uint32_t handle_of(const JsValue& value);
} // namespace detail

// Owns one place in the instance's table of JS values; the value stays alive while it does. An
// error that came from a rejected Promise has one as its payload, and becomes the `cause` when the
// error goes back to JavaScript.
class JsValue {
 public:
  JsValue() = default;
  JsValue(JsValue&& other) noexcept : handle_(std::exchange(other.handle_, 0)) {}
  JsValue& operator=(JsValue&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~JsValue();

  // Whether it holds a value.
  explicit operator bool() const { return handle_ != 0; }

 private:
  friend JsValue detail::value_at(std::uint32_t handle);
  friend std::uint32_t detail::handle_of(const JsValue& value);

  explicit JsValue(std::uint32_t handle) : handle_(handle) {}

  std::uint32_t handle_ = 0;
};

inline JsValue detail::value_at(std::uint32_t handle) {
  return JsValue(handle);
}
inline std::uint32_t detail::handle_of(const JsValue& value) {
  return value.handle_;
}

WASIO_END
