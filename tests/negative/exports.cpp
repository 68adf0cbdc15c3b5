// Functions that JavaScript cannot call are refused on every host
#include <wasio/enum.h>
#include <wasio/export.h>
#include <wasio/struct.h>
#include <wasio/wasio.h>

#include <chrono>
#include <string>

using namespace wasio;

struct Point {
  double x;
  std::string label;
};
WASIO_STRUCT(Point, x, label)
enum class Mode { fast, exact };
WASIO_ENUM(Mode, fast, exact)

Task<> wait(double seconds) {
  co_await sleep(std::chrono::duration<double>(seconds));
}
WASIO_EXPORT(wait, seconds)

namespace {
Task<Point> move(Point point, Mode) {
  co_return point;
}
WASIO_EXPORT(move, point, mode);
} // namespace

Task<> unnamed(double) {
  co_return;
}
WASIO_EXPORT(unnamed) // expect-error: the_number_of_parameter_names_is_not_that_of_the_parameters

Task<> dispose() {
  co_return;
}
WASIO_EXPORT(dispose) // expect-error: the_name_is_one_that_every_app_has_already

Task<> refer(const std::string&) {
  co_return;
}
WASIO_EXPORT(refer, text) // expect-error: by value: a reference would outlive what it refers to

Task<> point_at(void*) {
  co_return;
}
WASIO_EXPORT(point_at, place) // expect-error: this type cannot cross between C++ and JavaScript

int plain() {
  return 1;
}
WASIO_EXPORT(plain) // expect-error: WASIO_EXPORT takes a function that returns a wasio::Task

struct Window {
  char16_t* title;
};
WASIO_STRUCT(Window, title) // expect-error: this type cannot cross between C++ and JavaScript
