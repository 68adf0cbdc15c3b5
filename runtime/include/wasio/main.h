// The entry point of a program, the same line on every host.
#pragma once

#include <wasio/task.h>

#include <span>
#include <string>

WASIO_BEGIN

// The program's arguments, without its own name. They live until the main task has ended.
using Args = std::span<const std::string>;

namespace detail {

// The program's entry point, which `WASIO_MAIN` defines.
WASIO_CORO_WRAPPER Task<int> program_main(Args args);

// Does nothing. It is in the file of each host that calls `program_main`: a program that refers to
// it, and no other, links that file.
void link_main();

} // namespace detail

WASIO_END

// Defines the entry point of a program, once, in the global namespace: `WASIO_MAIN(run)` with
// `Task<int> run(Args args)`. The function may have any name except `main`. Its value is the exit
// code; an error that propagates out of it is described on standard error, and the exit code is 1.
//
// The function is called from the scope of the macro and not from `program_main`, where names of
// wasio (`run`, `print`, `sleep`) would hide it.
#define WASIO_MAIN(function)                                                                       \
  [[gnu::used]] static void (*const wasio_main_link)() = &::wasio::detail::link_main;              \
  WASIO_CORO_WRAPPER static ::wasio::Task<int> wasio_main_call(::wasio::Args wasio_main_args) {    \
    return (function)(wasio_main_args);                                                            \
  }                                                                                                \
  WASIO_CORO_WRAPPER ::wasio::Task<int> wasio::detail::program_main(::wasio::Args args) {          \
    return wasio_main_call(args);                                                                  \
  }
