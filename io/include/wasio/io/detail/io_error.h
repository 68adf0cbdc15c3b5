// Error numbers of the C library as errors.
#pragma once

#include <wasio/io/errors.h>

#include <string_view>

WASIO_BEGIN
namespace detail {

// `what: the number in words`, of the kind that goes with the number.
Error io_error(int number, std::string_view what);

} // namespace detail
WASIO_END
