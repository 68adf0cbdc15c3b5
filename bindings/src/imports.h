// What the JavaScript side of the boundary offers to the C++ side; library.js forwards each to the
// object of the same instance (bindings/js/calls.ts). Texts are UTF-8, pointer and size. None of
// them calls back into the program.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" {

// One function that JavaScript may call: `handle` is given back to `wasio_call`; `parameters` are
// the names as written in the source; `types` is a character for each parameter, a colon, and one
// for the result (wasio/js_convert.h).
void wasio_host_export(const void* handle, const char* name, std::size_t name_size,
                       const char* parameters, std::size_t parameters_size, const char* types,
                       std::size_t types_size);

// How a call has ended: the Promise of `call` is settled, and `call` means nothing any more.
void wasio_host_resolve(std::uint32_t call);
void wasio_host_resolve_bool(std::uint32_t call, bool value);
void wasio_host_resolve_number(std::uint32_t call, double value);
void wasio_host_resolve_int64(std::uint32_t call, std::int64_t value);
void wasio_host_resolve_uint64(std::uint32_t call, std::uint64_t value);
void wasio_host_resolve_text(std::uint32_t call, const char* text, std::size_t size);
void wasio_host_resolve_bytes(std::uint32_t call, const std::byte* bytes, std::size_t size);
// `error` is the error as bindings/js/decode_error.ts reads it.
void wasio_host_reject(std::uint32_t call, const char* error, std::size_t size, bool cancelled);

// Nothing runs any more, after `wasio_dispose`.
void wasio_host_disposed();
// The answer to `wasio_describe_tasks`.
void wasio_host_tasks(const char* text, std::size_t size);
}
