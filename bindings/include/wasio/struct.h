// Structs that cross between C++ and JavaScript.
#pragma once

#include <wasio/detail/for_each.h>
#include <wasio/detail/module_line.h>
#include <wasio/web/wire_types.h>

// `WASIO_STRUCT(Point, x, y, label)` after the definition of the struct `Point`, in the same
// namespace, lets it cross as an object with these fields: `{x: 1, y: 2, label: 'a'}`. A field that
// is a std::optional may be left out. The .d.ts file has an interface of that name.
//
// The struct must be default-constructible; fields that are not listed keep their default values.
// A field may be of any type that crosses, the struct itself in a vector included.
#define WASIO_STRUCT(type, ...)                                                                    \
  [[maybe_unused]] consteval auto wasio_fields_of(const type*) {                                   \
    return ::wasio::detail::StructFields<#type, #__VA_ARGS__ WASIO_FOR_EACH(WASIO_MEMBER_OF, type, \
                                                                            __VA_ARGS__)>();       \
  }                                                                                                \
  WASIO_MODULE_LINE(::wasio::detail::struct_line<type>)

WASIO_BEGIN
namespace detail {

template <class T>
inline constexpr auto struct_line =
    section_line(FieldsOf<T>::line + FixedText("\\t") + FieldsOf<T>::types());

} // namespace detail
WASIO_END
