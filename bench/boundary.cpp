// Functions that JavaScript calls, with each kind of argument and result (boundary.mjs).
#include <wasio/enum.h>
#include <wasio/export.h>
#include <wasio/struct.h>
#include <wasio/task.h>

using namespace wasio;

namespace {

struct Point {
  double x = 0;
  double y = 0;
  std::optional<std::string> label;
};
WASIO_STRUCT(Point, x, y, label)
enum class Mode { fast, exact };
WASIO_ENUM(Mode, fast, exact)

Task<> call_nothing() {
  co_return;
}
WASIO_EXPORT(call_nothing)
Task<std::int32_t> call_int32(std::int32_t value) {
  co_return value;
}
WASIO_EXPORT(call_int32, value)
Task<std::int64_t> call_int64(std::int64_t value) {
  co_return value;
}
WASIO_EXPORT(call_int64, value)
Task<double> call_double(double value) {
  co_return value;
}
WASIO_EXPORT(call_double, value)
Task<bool> call_bool(bool value) {
  co_return value;
}
WASIO_EXPORT(call_bool, value)
Task<std::string> call_string(std::string value) {
  co_return value;
}
WASIO_EXPORT(call_string, value)
Task<std::vector<std::byte>> call_bytes(std::vector<std::byte> value) {
  co_return value;
}
WASIO_EXPORT(call_bytes, value)
Task<Mode> call_enum(Mode value) {
  co_return value;
}
WASIO_EXPORT(call_enum, value)
Task<Point> call_struct(Point value) {
  co_return value;
}
WASIO_EXPORT(call_struct, value)
Task<std::vector<double>> call_list(std::vector<double> value) {
  co_return value;
}
WASIO_EXPORT(call_list, value)
Task<JsValue> call_value(JsValue value) {
  co_return value;
}
WASIO_EXPORT(call_value, value)

} // namespace
