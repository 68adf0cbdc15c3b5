// The process's own streams, under the same names on every host. Each host defines them.
#pragma once

#include <wasio/io/stream.h>

#include <string>

WASIO_BEGIN

// Under a web page, input is at its end and output goes to the console, a line at a time. All tasks
// share the outputs: concurrent sends to one of them queue in FIFO order, where those to other
// streams fail with `busy`; `aclose` leaves them open.
ReceiveStream& standard_input();
SendStream& standard_output();
SendStream& standard_error();

// Sends the text as it is to standard output, all of it. Cancel point.
Task<> print(std::string text);
// The same to standard error.
Task<> print_error(std::string text);

WASIO_END
