// The drivers of the process's standard streams. Each host defines them; none is ever destroyed,
// because the process ends before its streams do.
#pragma once

#include <wasio/io/receive_half.h>
#include <wasio/io/send_half.h>

WASIO_BEGIN
namespace detail {

// Any number of halves may share it.
ReceiveDriver& standard_input_driver();
// Shared by all tasks.
SendDriver& standard_output_driver();
SendDriver& standard_error_driver();

} // namespace detail
WASIO_END
