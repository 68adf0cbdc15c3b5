// Standard streams on `wasi:io/streams`.
#include "host_streams.h"

#include <wasio/detail/host_report.h>
#include <wasio/io/errors.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <wasi/wasip2.h>

WASIO_BEGIN
namespace wasi {
namespace {

// Each host read allocates a list of up to this size in our memory, which is then copied.
constexpr std::size_t most_at_once = 65536;

// The host's streams live as long as the process.
struct Input {
  streams_borrow_input_stream_t stream;
  poll_borrow_pollable_t pollable;
};
const Input& input() {
  static const Input made = [] {
    const auto stream = streams_borrow_input_stream(stdin_get_stdin());
    const auto pollable = streams_method_input_stream_subscribe(stream);
    return Input{stream, poll_borrow_pollable(pollable)};
  }();
  return made;
}

struct Output {
  streams_borrow_output_stream_t stream;
  poll_borrow_pollable_t pollable;
};
Output output_on(streams_own_output_stream_t own) {
  const auto stream = streams_borrow_output_stream(own);
  return {stream, poll_borrow_pollable(streams_method_output_stream_subscribe(stream))};
}
const Output& output(Stdio which) {
  static const Output out = output_on(stdout_get_stdout());
  static const Output error = output_on(stderr_get_stderr());
  return which == Stdio::output ? out : error;
}

// wasmtime fails when an input or output that its parent has made non-blocking would wait. It does
// not report how much it has written, so nothing can be repeated.
std::string_view advice(std::string_view why) {
  if (!why.contains("temporarily unavailable")) return {};
  return "; it is non-blocking, which this host cannot wait for: pass a blocking one";
}

// Frees the host's error.
Error stream_error(streams_stream_error_t& given, Stdio which) {
  if (given.tag == STREAMS_STREAM_ERROR_CLOSED)
    return Error(errors::closed, join_text(name_of(which), ": the other end is closed"));
  wasip2_string_t words = {};
  io_error_method_error_to_debug_string(io_error_borrow_error(given.val.last_operation_failed),
                                        &words);
  const std::string_view all(reinterpret_cast<const char*>(words.ptr), words.len);
  const std::string_view why = all.substr(0, all.find('\n')); // a backtrace may follow
  Error error(errors::io, join_text(name_of(which), ": ", why, advice(why)));
  wasip2_string_free(&words);
  streams_stream_error_free(&given);
  return error;
}

} // namespace

Interest interest_in(Stdio stream) {
  return {stream == Stdio::input ? input().pollable : output(stream).pollable};
}

TryResult read_input(std::span<std::byte> into, bool) {
  wasip2_list_u8_t chunk = {};
  streams_stream_error_t error = {};
  const std::size_t most = std::min(into.size(), most_at_once);
  if (!streams_method_input_stream_read(input().stream, most, &chunk, &error)) {
    if (error.tag == STREAMS_STREAM_ERROR_CLOSED) return 0;
    return std::unexpected(stream_error(error, Stdio::input));
  }
  if (chunk.len == 0) return std::nullopt;
  std::memcpy(into.data(), chunk.ptr, chunk.len);
  wasip2_list_u8_free(&chunk);
  return chunk.len;
}

TryResult write_some(Stdio stream, std::span<const std::byte> bytes) {
  const auto to = output(stream).stream;
  std::uint64_t room = 0;
  streams_stream_error_t error = {};
  if (!streams_method_output_stream_check_write(to, &room, &error))
    return std::unexpected(stream_error(error, stream));
  if (room == 0) return std::nullopt;
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(room, bytes.size()));
  // The host only reads it.
  auto* const data = reinterpret_cast<std::uint8_t*>(const_cast<std::byte*>(bytes.data()));
  wasip2_list_u8_t piece = {.ptr = data, .len = count};
  if (!streams_method_output_stream_write(to, &piece, &error))
    return std::unexpected(stream_error(error, stream));
  if (count == bytes.size() && !streams_method_output_stream_flush(to, &error))
    return std::unexpected(stream_error(error, stream));
  return count;
}

// There is room again when the flush that the last write started has ended.
TryResult finish_writing(Stdio stream) {
  std::uint64_t room = 0;
  streams_stream_error_t error = {};
  if (!streams_method_output_stream_check_write(output(stream).stream, &room, &error))
    return std::unexpected(stream_error(error, stream));
  if (room == 0) return std::nullopt;
  return 0;
}

} // namespace wasi

namespace detail {

void host_report(std::string_view text) noexcept {
  constexpr std::size_t most_at_once = 4096; // the specified limit of a blocking write
  const auto to = wasi::output(wasi::Stdio::error).stream;
  const auto write_all = [to](std::string_view rest) {
    while (!rest.empty()) {
      const std::string_view piece = rest.substr(0, most_at_once);
      auto* const data = reinterpret_cast<std::uint8_t*>(const_cast<char*>(piece.data()));
      wasip2_list_u8_t list = {.ptr = data, .len = piece.size()};
      streams_stream_error_t error = {};
      if (!streams_method_output_stream_blocking_write_and_flush(to, &list, &error))
        return streams_stream_error_free(&error);
      rest.remove_prefix(piece.size());
    }
  };
  write_all(text);
  write_all("\n");
}

} // namespace detail
WASIO_END
