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
// The same for programs whose main returns an exit code, which some hosts take by an import of its
// own. Defined by each host.
void link_main_with_code();

template <class Main>
inline constexpr auto main_link = &link_main_with_code;
template <>
inline constexpr auto main_link<Task<>> = &link_main;

WASIO_CORO_WRAPPER inline Task<int> with_code(Task<int> main) {
  return main;
}
inline Task<int> with_code(Task<> main) {
  co_await std::move(main);
  co_return 0;
}

} // namespace detail

WASIO_END

// Defines the entry point of a program, once, in the global namespace: `WASIO_MAIN(run)` with
// `Task<int> run(Args args)` or `Task<> run(Args args)`. The function may have any name except
// `main`. Its value is the exit code, 0 if there is none; an error that propagates out of it is
// described on standard error, and the exit code is 1.
//
// Codes from 0 to 125 mean the same on every host. Node and native programs have those up to 255;
// any other code, such as -1 or 256, ends as the largest one that the host has, never as 0. A
// component of preview 2 with `Task<int>` imports `exit-with-code` of `wasi:cli/exit`, which older
// hosts do not have; one with `Task<>` does not.
//
// The function is called from the scope of the macro and not from `program_main`, where names of
// wasio (`run`, `print`, `sleep`) would hide it.
#define WASIO_MAIN(function)                                                                       \
  [[gnu::used]] static void (*const wasio_main_link)() =                                           \
      ::wasio::detail::main_link<decltype((function)(::wasio::Args()))>;                           \
  WASIO_CORO_WRAPPER static ::wasio::Task<int> wasio_main_call(::wasio::Args wasio_main_args) {    \
    return ::wasio::detail::with_code((function)(wasio_main_args));                                \
  }                                                                                                \
  WASIO_CORO_WRAPPER ::wasio::Task<int> wasio::detail::program_main(::wasio::Args args) {          \
    return wasio_main_call(args);                                                                  \
  }
