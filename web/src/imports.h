// What the JavaScript side of the host offers to the C++ side; library.js forwards each to the
// object of the same instance (web/js/host.ts). Texts are UTF-8, pointer and size. None of them
// calls back into the program.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" {

// The monotonic clock, in milliseconds.
double wasio_host_now();
// `wasio_turn` soon, in a microtask.
void wasio_host_request_turn();
// `wasio_turn(true)` after `delay` milliseconds or more; negative: no more.
void wasio_host_set_alarm(double delay);
// A line for a person to read, at once.
void wasio_host_report(const char* text, std::size_t size);

// Gives a JS value that C++ held back to the garbage collector.
void wasio_host_drop(std::uint32_t value);
// Copies the text that the last import or answer has left, of the size it gave, and forgets it.
void wasio_host_take_text(char* into);
// The error that the last import or answer has left: an index into `host_error_kinds`; its message
// becomes the text to take, the JS value that was thrown, or 0, is the caller's to drop.
std::int32_t wasio_host_take_error(std::size_t* message_size, std::uint32_t* value);

// Begins a request, or the opening of a file; gives the source that it becomes once `wasio_answer`
// has said so. `open_file` gives 0 when the name is for `fetch`.
std::uint32_t wasio_host_fetch(const char* url, std::size_t size, std::uint32_t index,
                               std::uint32_t generation);
std::uint32_t wasio_host_open_file(const char* name, std::size_t size, std::uint32_t index,
                                   std::uint32_t generation);
// Asks the host to give a request up; `wasio_answer` says when it has.
void wasio_host_fetch_abort(std::uint32_t source);
// Status and announced size, or -1, of a request that was answered. Leaves a text of the size that
// it gives: a line with the URL, and one for each header.
std::size_t wasio_host_response(std::uint32_t source, std::int32_t* status, double* announced);

// Sources of bytes. `read` copies to `into` what is there and gives how much, 0 at the end,
// `host_pending` when `wasio_answer` for this ticket will say that there is something, or
// `host_failed`. `forget`: no task waits any more; what arrives is kept.
std::int32_t wasio_host_source_read(std::uint32_t source, std::byte* into, std::size_t size,
                                    std::uint32_t index, std::uint32_t generation);
void wasio_host_source_forget(std::uint32_t source);
void wasio_host_source_close(std::uint32_t source);

// Hands the bytes, copied, to standard output (1) or standard error (2). Answers as `read` does,
// where 0 says that they are accepted.
std::int32_t wasio_host_write(std::int32_t stream, const std::byte* bytes, std::size_t size,
                              std::uint32_t index, std::uint32_t generation);
}
