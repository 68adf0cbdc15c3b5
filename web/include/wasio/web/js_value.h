// A value of JavaScript, held from C++.
#pragma once

#include <wasio/config.h>

#include <utility>

WASIO_BEGIN

class JsValue;

namespace detail {
// Takes over a handle; and the handle that a value has, 0 for none.
JsValue value_at(double handle);
double handle_of(const JsValue& value);
} // namespace detail

// Any value of JavaScript, which stays alive as long as this refers to it. An exported function may
// take one and return it. An error that came from a rejected Promise has one as its payload, and
// becomes the `cause` when the error goes back to JavaScript.
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
  friend JsValue detail::value_at(double handle);
  friend double detail::handle_of(const JsValue& value);

  explicit JsValue(double handle) : handle_(handle) {}

  double handle_ = 0;
};

inline JsValue detail::value_at(double handle) {
  return JsValue(handle);
}
inline double detail::handle_of(const JsValue& value) {
  return value.handle_;
}

WASIO_END
