// Linked only into programs that use C's stdio: what reads or writes there, in the C library,
// refers to `__stdio_exit_needed`, whose only purpose is to link what `exit` flushes with,
// `__stdio_exit`. This file takes the place of both, and so comes along with stdio. On a C library
// without these names, what `printf` writes may come later than it should, and nothing else
// changes.
#include <wasio/io/detail/c_stdio.h>

#include <cstdio>

// Not linked for programs that use other parts of stdio.
#undef stdout
#pragma weak stdout

extern "C" {
void __stdio_exit_needed() {}
void __stdio_exit() {
  std::fflush(nullptr);
}

void wasio_flush_c_stdout() {
  if (&stdout) std::fflush(stdout);
}
}
