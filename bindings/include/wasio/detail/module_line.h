// The lines of the module's section `wasio`: what the build and the loader know about a program
// (bindings/bundle/contents.mjs).
#pragma once

#include <wasio/config.h>
#include <wasio/web/fixed_text.h>

#include <cstddef>

WASIO_BEGIN
namespace detail {

// A line, as assembly.
template <std::size_t N>
consteval auto section_line(const FixedText<N>& line) {
  return FixedText(".section .custom_section.wasio,\"\",@\n.ascii \"") + line +
         FixedText("\\n\"\n.text\n");
}

} // namespace detail
WASIO_END

// Puts such a line into the module. Without JavaScript nothing reads it; there it is only
// evaluated, so that every host's compiler reports the same mistakes.
#ifdef __EMSCRIPTEN__
#define WASIO_MODULE_LINE(...) asm((__VA_ARGS__));
#else
#define WASIO_MODULE_LINE(...) static_assert((__VA_ARGS__).size() > 0);
#endif
