// The one thing that the core needs from its host besides a loop: a way to report what went wrong.
#pragma once

#include <wasio/config.h>

#include <string_view>

WASIO_BEGIN
namespace detail {

// Writes the text and a newline to the host's error output immediately, without the runtime: for
// panics and reports. Every host defines it.
void host_report(std::string_view text) noexcept;

} // namespace detail
WASIO_END
