// C's standard output, which is buffered, beside our own.
#pragma once

extern "C" {
// Writes out what C's standard output holds. Only programs that use it have this function
// (c_stdio.cpp); in others its address is null.
[[gnu::weak]] void wasio_flush_c_stdout();
}
