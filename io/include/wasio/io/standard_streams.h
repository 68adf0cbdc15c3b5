// The process's standard streams, under the same names on every host.
#pragma once

#include <wasio/io/stream.h>

#include <string>

WASIO_BEGIN

// On a web page, input is always at its end, and output goes to the console line by line. All tasks
// share the outputs: concurrent sends to one of them queue in FIFO order, whereas on other streams
// they fail with `busy`. `aclose` leaves the outputs open.
ReceiveStream& standard_input();
SendStream& standard_output();
SendStream& standard_error();

// Sends all of `text` to standard output, unchanged (no newline is added). Cancel point.
Task<> print(std::string text);
// The same for standard error.
Task<> print_error(std::string text);

WASIO_END
