// Turns errno values into errors.
#pragma once

#include <wasio/io/errors.h>

#include <string_view>

WASIO_BEGIN
namespace detail {

// An error of the kind that matches `number`, with the message "`what`: `strerror(number)`".
Error io_error(int number, std::string_view what);

} // namespace detail
WASIO_END
