// C6: runs every shape of the table to its end, and then once for every point where it awaits and
// every way in which the work can end there. No object may be missed or destroyed twice, and all
// must be destroyed in the reverse order of their construction. tests/levels builds the shapes at
// every level of optimization.
#include "shapes.h"

#include <array>

namespace conformance::shapes {
namespace {

// The ways in which work can end early.
constexpr std::array ways{Way::error, Way::error_after_wait, Way::cancel_at_entry,
                          Way::cancel_in_wait};

// Runs the shape once and returns the number of points that it reached.
Task<int> run_shape(const Shape& shape, Way way, int target) {
  Probe probe(way, target);
  const auto ended = co_await attempt(probe.scope.run(shape.run(probe)));
  const bool as_wanted = way == Way::value ? ended && *ended
                         : way == Way::error || way == Way::error_after_wait
                             ? !ended && ended.error().has(broken)
                             : ended && !*ended && probe.scope.cancelled_caught();
  const std::string wrong = probe.verdict() + (as_wanted ? "" : " it did not end as it should;");
  if (!wrong.empty()) {
    const auto name = join_text('"', shape.name, "\", way ", static_cast<int>(way));
    add_failure(join_text("shape ", name, ", point ", target, ':', wrong),
                std::source_location::current());
  }
  co_return probe.points();
}

} // namespace

WASIO_VIRTUAL_TEST("C6", "no object is missed or destroyed twice, in at least 39 shapes of code") {
  int count = 0;
  for (const Shape* shape = Shape::first; shape; shape = shape->next) {
    ++count;
    const int points = co_await run_shape(*shape, Way::value, 0);
    check(points > 0);
    for (const Way way : ways)
      for (int point = 1; point <= points; ++point) co_await run_shape(*shape, way, point);
  }
  check(count >= 39);
  // Debug builds report the held Task that unwinding dropped; here that is intended.
  for (const Error& report : take_unhandled())
    check(describe(report).contains("without being awaited"));
}

} // namespace conformance::shapes
