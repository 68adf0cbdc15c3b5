// Texts that the compiler puts together.
#pragma once

#include <wasio/config.h>

#include <cstddef>
#include <string_view>

WASIO_BEGIN
namespace detail {

// A text of N characters, which may be an argument of a template.
template <std::size_t N>
struct FixedText {
  char text[N + 1] = {};

  consteval FixedText() = default;
  consteval FixedText(const char (&literal)[N + 1]) {
    for (std::size_t i = 0; i < N; ++i) text[i] = literal[i];
  }

  constexpr const char* data() const { return text; }
  constexpr std::size_t size() const { return N; }
  constexpr std::string_view view() const { return {text, N}; }
};
template <std::size_t N>
FixedText(const char (&)[N]) -> FixedText<N - 1>;

template <std::size_t A, std::size_t B>
consteval FixedText<A + B> operator+(const FixedText<A>& a, const FixedText<B>& b) {
  FixedText<A + B> both;
  for (std::size_t i = 0; i < A; ++i) both.text[i] = a.text[i];
  for (std::size_t i = 0; i < B; ++i) both.text[A + i] = b.text[i];
  return both;
}

} // namespace detail
WASIO_END
