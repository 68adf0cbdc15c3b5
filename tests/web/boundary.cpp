// The program that the tests of the JavaScript side run (tests/web/*.test.mjs).
#include <wasio/export.h>
#include <wasio/wasio.h>
#include <wasio/web/fetch.h>

using namespace wasio;
using namespace std::chrono_literals;

namespace {

// Conversions: each gives back what it got.
Task<std::int8_t> echo_int8(std::int8_t value) { co_return value; }
WASIO_EXPORT(echo_int8, value)
Task<std::uint8_t> echo_uint8(std::uint8_t value) { co_return value; }
WASIO_EXPORT(echo_uint8, value)
Task<std::int32_t> echo_int32(std::int32_t value) { co_return value; }
WASIO_EXPORT(echo_int32, value)
Task<std::uint32_t> echo_uint32(std::uint32_t value) { co_return value; }
WASIO_EXPORT(echo_uint32, value)
Task<std::int64_t> echo_int64(std::int64_t value) { co_return value; }
WASIO_EXPORT(echo_int64, value)
Task<std::uint64_t> echo_uint64(std::uint64_t value) { co_return value; }
WASIO_EXPORT(echo_uint64, value)
Task<float> echo_float(float value) { co_return value; }
WASIO_EXPORT(echo_float, value)
Task<double> echo_double(double value) { co_return value; }
WASIO_EXPORT(echo_double, value)
Task<bool> echo_bool(bool value) { co_return value; }
WASIO_EXPORT(echo_bool, value)
Task<std::string> echo_string(std::string value) { co_return value; }
WASIO_EXPORT(echo_string, value)
Task<std::vector<std::byte>> echo_bytes(std::vector<std::byte> value) { co_return value; }
WASIO_EXPORT(echo_bytes, value)
Task<> nothing() { co_return; }
WASIO_EXPORT(nothing)

// The views live as long as the call.
Task<std::string> join_views(std::string_view text, std::span<const std::uint8_t> bytes,
                             double number) {
  co_await sleep(1ms);
  co_return join_text(text, ":", bytes.size(), ":", bytes.empty() ? 0 : bytes.back(), ":", number);
}
WASIO_EXPORT(join_views, text, bytes, number)

}  // namespace

namespace program {
Task<int> run(Args args) {
  for (const std::string& arg : args) co_await print(arg + "\n");
  co_await sleep(5ms);
  co_return static_cast<int>(args.size());
}
}  // namespace program

WASIO_MAIN(program::run)
