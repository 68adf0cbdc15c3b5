// The error kinds of I/O.
#pragma once

#include <wasio/error.h>

WASIO_BEGIN
namespace errors {
inline constexpr ErrorKind io{"io", &failure}; // the parent of the errors that hosts report
inline constexpr ErrorKind not_found{"not_found", &io};
inline constexpr ErrorKind not_permitted{"not_permitted", &io};
inline constexpr ErrorKind is_directory{"is_directory", &io};
inline constexpr ErrorKind connection_failed{"connection_failed", &io};
inline constexpr ErrorKind busy{"busy", &misuse};                      // in use by another task
inline constexpr ErrorKind unsupported{"unsupported", &failure};       // not offered here
inline constexpr ErrorKind bad_data{"bad_data", &failure};             // violates its format
inline constexpr ErrorKind incomplete{"incomplete", &failure};         // ended too early
inline constexpr ErrorKind limit_exceeded{"limit_exceeded", &failure}; // more than allowed
} // namespace errors
WASIO_END
