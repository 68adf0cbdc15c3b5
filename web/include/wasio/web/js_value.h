// A value of JavaScript, held from C++.
#pragma once

#include <wasio/config.h>

#include <cstdint>
#include <utility>

WASIO_BEGIN

// Owns one place in the instance's table of JS values; the value stays alive while it does. An
// error that came from a rejected Promise has one as its payload, and becomes the `cause` when the
// error goes back to JavaScript.
class JsValue {
 public:
  JsValue() = default;
  // For the parts of the library.
  explicit JsValue(std::uint32_t handle) : handle_(handle) {}
  JsValue(JsValue&& other) noexcept : handle_(std::exchange(other.handle_, 0)) {}
  JsValue& operator=(JsValue&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~JsValue();

  // Whether it holds a value.
  explicit operator bool() const { return handle_ != 0; }
  std::uint32_t handle() const { return handle_; }

 private:
  std::uint32_t handle_ = 0;
};

WASIO_END
