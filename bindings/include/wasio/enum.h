// Enums that cross between C++ and JavaScript.
#pragma once

#include <wasio/detail/for_each.h>
#include <wasio/detail/module_line.h>
#include <wasio/web/wire_types.h>

// `WASIO_ENUM(Mode, fast, exact)` after the definition of the enum `Mode`, in the same namespace,
// lets it cross as a string: 'fast' or 'exact'. A call whose result has a value that is not listed
// is rejected.
#define WASIO_ENUM(type, ...)                                                                      \
  [[maybe_unused]] consteval auto wasio_values_of(const type*) {                                   \
    return ::wasio::detail::EnumValues<#type, #__VA_ARGS__ WASIO_FOR_EACH(WASIO_VALUE_OF, type,    \
                                                                          __VA_ARGS__)>();         \
  }                                                                                                \
  WASIO_MODULE_LINE(::wasio::detail::enum_line<type>)

WASIO_BEGIN
namespace detail {

template <class T>
inline constexpr auto enum_line = section_line(ValuesOf<T>::line);

} // namespace detail
WASIO_END
