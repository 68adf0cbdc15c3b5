// C6: a table of expression shapes. Each is run to its end, and then once for every point where it
// awaits and every way in which the work can end there: no object may be missed or destroyed twice,
// and all must go in the reverse order of their construction. The drivers compile this file at all
// levels of optimization.
#include "support.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <iterator>

namespace conformance {
namespace {

enum class Way {
  value,            // to the end
  error,            // fails without having waited
  error_after_wait, // fails when it has been suspended
  cancel_at_entry,  // a checkpoint in a scope that is already cancelled
  cancel_in_wait,   // cancelled while suspended
};
constexpr std::array ways{Way::error, Way::error_after_wait, Way::cancel_at_entry,
                          Way::cancel_in_wait};

// Counts the points that a shape comes to, ends the work at one of them, and watches the objects.
class Probe {
 public:
  Probe(Way way, int target) : way_(way), target_(target) {}

  Task<> point() {
    if (++points_ != target_) co_return;
    ending_ = true;
    switch (way_) {
    case Way::value:
      break;
    case Way::error_after_wait:
      co_await sleep(1ms);
      [[fallthrough]];
    case Way::error:
      co_await fail(broken);
    case Way::cancel_at_entry:
      scope.cancel();
      co_await checkpoint();
      break;
    case Way::cancel_in_wait:
      scope.set_timeout(1ms);
      co_await sleep(1h);
    }
  }

  int born() {
    alive_.push_back(++last_id_);
    return last_id_;
  }
  void died(int id) {
    const auto at = std::ranges::find(alive_, id);
    if (at == alive_.end()) {
      wrong_ += join_text(" object ", id, " destroyed twice;");
      return;
    }
    if (ending_ && std::next(at) != alive_.end())
      wrong_ += join_text(" object ", id, " destroyed before ", alive_.back(), ';');
    alive_.erase(at);
  }

  int points() const { return points_; }
  bool ended_early() const { return ending_; }
  // What was wrong; empty if nothing.
  std::string verdict() const {
    return alive_.empty() ? wrong_ : wrong_ + join_text(' ', alive_.size(), " objects missed;");
  }

  CancelScope scope;

 private:
  Way way_;
  int target_;
  int points_ = 0;
  int last_id_ = 0;
  bool ending_ = false;
  std::vector<int> alive_;
  std::string wrong_;
};

// An object that the probe watches; a move makes another one.
class Tracked {
 public:
  explicit Tracked(Probe& probe) : probe_(&probe), id_(probe.born()) {}
  Tracked(Tracked&& other) noexcept : probe_(other.probe_), id_(probe_->born()) {}
  Tracked& operator=(Tracked&&) noexcept { return *this; }
  ~Tracked() { probe_->died(id_); }

  int one() const { return 1; }
  bool yes() const { return true; }
  Tracked& self() { return *this; }
  Tracked& with(const Tracked&) { return *this; }
  Tracked& operator<<(const Tracked&) { return *this; }
  int operator()(int number) const { return number; }
  Tracked* operator->() { return this; }

 private:
  Probe* probe_;
  int id_;
};

struct Two {
  Tracked first;
  Tracked second;
};
struct Nested {
  Tracked first;
  Two two;
  Tracked last;
};
struct Base {
  explicit Base(Tracked&& part) : part(std::move(part)) {}
  Tracked part;
};
struct Derived : Base {
  Derived(Tracked&& part, Probe& probe) : Base(std::move(part)), own(probe) {}
  Tracked own;
};
struct WithMethods {
  Tracked member;
  Task<Tracked> method(Probe& p, Tracked argument) {
    const Tracked local(p);
    co_await p.point();
    (void)argument;
    co_return Tracked(p);
  }
};

void use(const Tracked&) {}
void use(const Tracked&, const Tracked&) {}
void use(const Tracked&, const Tracked&, const Tracked&) {}
void use_value(Tracked, Tracked) {}
std::size_t count(std::initializer_list<Tracked> list) {
  return list.size();
}

Task<Tracked> make(Probe& p) {
  co_await p.point();
  co_return Tracked(p);
}
Task<Tracked> make_after(Probe& p, Tracked argument) {
  const Tracked local(p);
  co_await p.point();
  co_return std::move(argument);
}
Task<Tracked> make_from(Probe& p, const Tracked&) {
  co_await p.point();
  co_return Tracked(p);
}
Task<Two> make_two(Probe& p) {
  Tracked first(p);
  co_await p.point();
  co_return Two{std::move(first), co_await make(p)};
}
Task<std::vector<Tracked>> make_many(Probe& p) {
  std::vector<Tracked> many;
  many.reserve(3);
  for (int i = 0; i < 3; ++i) many.push_back(co_await make(p));
  co_return many;
}
Task<std::optional<Tracked>> make_maybe(Probe& p, bool some) {
  co_await p.point();
  if (!some) co_return std::nullopt;
  co_return Tracked(p);
}
Task<int> number(Probe& p, int value) {
  co_await p.point();
  co_return value;
}
Task<bool> truth(Probe& p, bool value) {
  co_await p.point();
  co_return value;
}
Task<std::string> text(Probe& p) {
  co_await p.point();
  co_return "a text too long for the small buffer of a string";
}
Task<int> recurse(Probe& p, int depth) {
  const Tracked local(p);
  if (depth == 0) co_return co_await number(p, 0);
  co_return co_await recurse(p, depth - 1) + local.one();
}

// One entry of the table; links itself into it.
struct Shape {
  Shape(const char* name, Task<> (*run)(Probe& p)) : name(name), run(run) {
    *end = this;
    end = &next;
  }
  const char* name;
  Task<> (*run)(Probe& p);
  Shape* next = nullptr;

  static Shape* first;
  static Shape** end;
};
constinit Shape* Shape::first = nullptr;
constinit Shape** Shape::end = &Shape::first;

// Puts a shape into the table; its body follows.
#define SHAPE(name)                                                                                \
  Task<> WASIO_TEST_JOIN(shape_, __LINE__)(Probe & p);                                             \
  Shape WASIO_TEST_JOIN(entry_, __LINE__)(name, &WASIO_TEST_JOIN(shape_, __LINE__));               \
  Task<> WASIO_TEST_JOIN(shape_, __LINE__)(Probe & p)

SHAPE("a local") {
  const Tracked local(p);
  co_await p.point();
}

SHAPE("locals in nested blocks") {
  const Tracked outer(p);
  {
    const Tracked inner(p);
    co_await p.point();
  }
  const Tracked later(p);
  co_await p.point();
}

SHAPE("a temporary before an await") {
  use(Tracked(p), co_await make(p));
}

SHAPE("a temporary after an await") {
  use(co_await make(p), Tracked(p));
}

SHAPE("awaits as all arguments") {
  use(co_await make(p), co_await make(p), co_await make(p));
}

SHAPE("arguments by value") {
  use_value(co_await make(p), co_await make(p));
}

SHAPE("an await in an await's argument") {
  use(co_await make_from(p, co_await make_from(p, co_await make(p))));
}

SHAPE("an await in an await's argument by value") {
  use(co_await make_after(p, co_await make_after(p, Tracked(p))));
}

SHAPE("a chain of member calls on a temporary") {
  Tracked(p).with(co_await make(p)).with(Tracked(p)).with(co_await make(p));
}

SHAPE("a member call on what an await gave") {
  (co_await make(p)).self().with(co_await make(p));
}

SHAPE("an arrow on a temporary") {
  Tracked(p)->with(co_await make(p));
}

SHAPE("a call operator on a temporary") {
  (void)Tracked(p)(co_await number(p, 1));
}

SHAPE("a shift operator between awaits") {
  Tracked(p) << co_await make(p) << Tracked(p) << co_await make(p);
}

SHAPE("an aggregate") {
  const Two two{Tracked(p), co_await make(p)};
  co_await p.point();
}

SHAPE("an aggregate of awaits") {
  const Two two{co_await make(p), co_await make(p)};
  co_await p.point();
}

SHAPE("a nested aggregate") {
  const Nested nested{Tracked(p), {co_await make(p), co_await make(p)}, co_await make(p)};
  co_await p.point();
}

SHAPE("designated initialisers") {
  const Two two{.first = co_await make(p), .second = co_await make(p)};
  co_await p.point();
}

SHAPE("an aggregate as a temporary") {
  use(Two{co_await make(p), co_await make(p)}.second, co_await make(p));
}

SHAPE("an array") {
  const Tracked list[] = {co_await make(p), Tracked(p), co_await make(p)};
  co_await p.point();
  (void)list;
}

SHAPE("an initializer_list") {
  (void)count({co_await make(p), Tracked(p), co_await make(p)});
}

SHAPE("a lambda's captures") {
  const auto lambda = [a = co_await make(p), b = Tracked(p), c = co_await make(p)] {
    return a.one() + b.one() + c.one();
  };
  co_await p.point();
  (void)lambda();
}

SHAPE("a coroutine lambda called at once") {
  co_await [a = co_await make(p)](Probe& p, Tracked b) -> Task<> {
    const Tracked local(p);
    co_await p.point();
    use(a, b);
  }(p, co_await make(p));
}

SHAPE("a for loop") {
  for (Tracked outer(p); const int i : {0, 1, 2}) {
    const Tracked local(p);
    if (i == 1) co_await p.point();
    co_await p.point();
  }
}

SHAPE("a range-for over what an await gave") {
  for (const Tracked& one : co_await make_many(p)) {
    const Tracked local(p);
    use(one, co_await make(p));
  }
}

SHAPE("an await in a loop's condition") {
  for (int i = 0; co_await truth(p, i < 2); ++i) {
    const Tracked local(p);
    co_await p.point();
  }
}

SHAPE("an await with a temporary in a loop's condition") {
  int i = 0;
  while (Tracked(p).yes() && co_await truth(p, i < 2) && Tracked(p).yes()) {
    ++i;
    co_await p.point();
  }
}

SHAPE("a declaration in a loop's condition") {
  int i = 0;
  while (auto some = co_await make_maybe(p, i < 2)) {
    ++i;
    use(*some, co_await make(p));
  }
}

SHAPE("an await in a loop's step") {
  for (int i = 0; i < 2; i += co_await number(p, 1)) {
    const Tracked local(p);
    co_await p.point();
  }
}

SHAPE("a do loop") {
  int i = 0;
  do {
    const Tracked local(p);
    co_await p.point();
  } while (co_await truth(p, ++i < 2));
}

SHAPE("break and continue past locals") {
  for (int i = 0; i < 4; ++i) {
    const Tracked local(p);
    if (i == 1) continue;
    co_await p.point();
    const Tracked later(p);
    if (i == 2) break;
    co_await p.point();
  }
  co_await p.point();
}

SHAPE("a return out of a loop") {
  for (;;) {
    const Tracked local(p);
    co_await p.point();
    if (co_await truth(p, true)) co_return;
  }
}

SHAPE("a jump backwards") {
  int i = 0;
again:
  const Tracked local(p);
  co_await p.point();
  if (++i < 3) goto again;
}

SHAPE("an if with an initialiser") {
  if (const Tracked local(p); co_await truth(p, true)) {
    co_await p.point();
  } else {
    co_return;
  }
}

SHAPE("an else branch") {
  if (const Tracked local(p); co_await truth(p, false)) {
    co_return;
  } else if (auto some = co_await make_maybe(p, true)) {
    co_await p.point();
  }
}

SHAPE("a switch") {
  switch (const Tracked local(p); co_await number(p, 2)) {
  case 1:
    break;
  case 2: {
    const Tracked inner(p);
    co_await p.point();
    [[fallthrough]];
  }
  default:
    co_await p.point();
  }
}

SHAPE("a conditional, an await in the first arm") {
  const Tracked local = co_await truth(p, true) ? co_await make(p) : Tracked(p);
  co_await p.point();
}

SHAPE("a conditional, an await in the second arm") {
  const Tracked local = co_await truth(p, false) ? Tracked(p) : co_await make(p);
  co_await p.point();
}

SHAPE("conditionals with temporaries as arguments") {
  use(co_await truth(p, true) ? Tracked(p) : co_await make(p),
      co_await truth(p, false) ? Tracked(p) : co_await make(p));
}

SHAPE("&& with temporaries on both sides") {
  const bool both = (Tracked(p).yes() && co_await truth(p, true)) &&
                    ((co_await make(p)).yes() && co_await truth(p, true));
  if (both) co_await p.point();
}

SHAPE("|| that does and does not evaluate its right side") {
  const bool first = co_await truth(p, true) || (co_await make(p)).yes();
  const bool second = co_await truth(p, false) || (co_await make(p)).yes();
  if (first && second) co_await p.point();
}

SHAPE("commas") {
  (use(Tracked(p)), co_await p.point(), use(Tracked(p), co_await make(p)), co_await p.point());
}

SHAPE("an await as an index") {
  const Tracked list[] = {Tracked(p), Tracked(p)};
  use(list[co_await number(p, 1)], co_await make(p));
}

SHAPE("a compound assignment") {
  int sum = 0;
  sum += co_await number(p, 1) + Tracked(p).one() + co_await number(p, 1);
  if (sum == 3) co_await p.point();
}

SHAPE("an assignment to a member") {
  Two two{Tracked(p), Tracked(p)};
  two.second = co_await make(p);
  two.first = co_await make_from(p, two.second);
}

SHAPE("a reference that extends a life") {
  const Tracked& reference = co_await make(p);
  const Tracked later(p);
  co_await p.point();
  use(reference, later);
}

SHAPE("a reference to a member that extends a life") {
  const Tracked& reference = Two{co_await make(p), co_await make(p)}.first;
  co_await p.point();
  use(reference);
}

SHAPE("a structured binding") {
  auto [first, second] = co_await make_two(p);
  co_await p.point();
  use(first, second);
}

SHAPE("a structured binding by reference") {
  const auto& [first, second] = co_await make_two(p);
  use(first, second, co_await make(p));
}

SHAPE("parameters and locals of a chain") {
  const Tracked local(p);
  use(co_await make_after(p, co_await make(p)), co_await make_after(p, Tracked(p)));
}

SHAPE("a member coroutine of a local") {
  WithMethods object{co_await make(p)};
  use(co_await object.method(p, co_await make(p)));
}

SHAPE("a member coroutine of a temporary") {
  use(co_await WithMethods{co_await make(p)}.method(p, Tracked(p)));
}

SHAPE("a derived object") {
  const Derived object(co_await make(p), p);
  co_await p.point();
}

SHAPE("an object on the heap") {
  const auto owned = std::make_unique<Tracked>(co_await make(p));
  const auto other = std::make_unique<Two>(co_await make_two(p));
  co_await p.point();
}

SHAPE("an optional filled later") {
  std::optional<Tracked> maybe;
  co_await p.point();
  maybe.emplace(co_await make(p));
  const Tracked later(p);
  co_await p.point();
}

SHAPE("a local that was moved from") {
  Tracked from(p);
  const Tracked to = std::move(from);
  co_await p.point();
}

SHAPE("strings put together") {
  const Tracked local(p);
  const std::string both = std::string("before ") + co_await text(p) + co_await text(p);
  if (!both.empty()) co_await p.point();
}

SHAPE("recursion") {
  (void)co_await recurse(p, 4);
}

SHAPE("a Task that is held before it is awaited") {
  auto task = make_after(p, co_await make(p));
  co_await p.point();
  use(co_await std::move(task));
}

SHAPE("a combinator among temporaries") {
  use(Tracked(p), *co_await move_on_after(1h, make(p)), co_await make(p));
}

SHAPE("a combinator's body with captures") {
  const Tracked local(p);
  (void)co_await move_on_after(1h, [&p, a = co_await make(p)]() -> Task<> {
    const Tracked inner(p);
    co_await p.point();
    use(a);
  });
}

SHAPE("a group's body") {
  const Tracked local(p);
  use(*co_await task_group([&](TaskGroup&) -> Task<Tracked> {
    const Tracked inner(p);
    co_return co_await make(p);
  }),
      co_await make(p));
}

SHAPE("a guard") {
  const Tracked local(p);
  co_await guard(
      [&]() -> Task<> {
        const Tracked inside(p);
        use(Tracked(p), co_await make(p));
      },
      [&]() -> Task<> {
        const Tracked inside(p);
        co_await checkpoint();
      });
}

// Runs the shape once; the number of points that it came to.
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
  // Debug builds report the held Task that unwinding dropped; here that is what was meant.
  for (const Error& report : take_unhandled())
    check(describe(report).contains("without being awaited"));
}

} // namespace conformance
