// How C's `exit` ends the program, in place of Emscripten's own, which throws a JavaScript value.
// Linked into programs that use it.
#include <cstdint>
#include <cstdlib>

extern "C" {
void wasio_host_exit(std::int32_t code);

// Of the C library, in programs that use `atexit` and stdio.
[[gnu::weak]] void __funcs_on_exit();
[[gnu::weak]] void __stdio_exit();

void _Exit(int code) {
  wasio_host_exit(code);
  __builtin_trap(); // nothing enters the program any more
}

void exit(int code) {
  if (__funcs_on_exit) __funcs_on_exit();
  if (__stdio_exit) __stdio_exit();
  _Exit(code);
}
}
