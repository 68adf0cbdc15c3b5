// What every host offers to a program, under the same names. A backend (web, WASI, native) defines
// it; a program needs no #ifdef.
#pragma once

#include <wasio/stream.h>
#include <wasio/task.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>

WASIO_BEGIN

// The program's arguments, without its own name. They live until the main task has ended.
using Args = std::span<const std::string>;

// The process's own streams. Under a web page, input is at its end and output goes to the console,
// a line at a time. All tasks share the outputs: sends to one of them stand in line, in the order
// in which they came, where those of other streams fail with `busy`; and `aclose` leaves them open.
ReceiveStream& standard_input();
SendStream& standard_output();
SendStream& standard_error();

// Opens what `name` names, for reading from its start: a URL on the web, the path of a file in a
// preopened folder (or `-` for standard input) elsewhere. In Node both work. Fails with
// `not_found`, `not_permitted`, `is_directory`, `connection_failed` or another `io` kind. Cancel
// point.
Task<std::unique_ptr<ReceiveStream>> open_source(std::string name);

// Sends the text as it is to standard output, all of it. Cancel point.
Task<> print(std::string text);
// The same to standard error.
Task<> print_error(std::string text);

namespace detail {

// The program's entry, which `WASIO_MAIN` defines.
WASIO_CORO_WRAPPER Task<int> program_main(Args args);

// Writes at once, without the runtime: for panics and reports. A new line follows the text.
void host_report(std::string_view text) noexcept;

} // namespace detail

WASIO_END

// The one entry line of a program: `WASIO_MAIN(run)` with `Task<int> run(Args args)`. The value is
// the exit code; an error that comes out is described on standard error and gives 1.
#define WASIO_MAIN(function)                                                                       \
  WASIO_CORO_WRAPPER ::wasio::Task<int> wasio::detail::program_main(::wasio::Args args) {          \
    return function(args);                                                                         \
  }
