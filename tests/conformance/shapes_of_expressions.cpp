// C6: shapes of calls, operators, aggregates and lambdas. See shapes.h.
#include "shapes.h"

namespace conformance::shapes {
namespace {

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

SHAPE("a member call on an await's result") {
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

SHAPE("designated initializers") {
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

SHAPE("a coroutine lambda called immediately") {
  co_await [a = co_await make(p)](Probe& p, Tracked b) -> Task<> {
    const Tracked local(p);
    co_await p.point();
    use(a, b);
  }(p, co_await make(p));
}

SHAPE("a conditional with an await in its first arm") {
  const Tracked local = co_await truth(p, true) ? co_await make(p) : Tracked(p);
  co_await p.point();
}

SHAPE("a conditional with an await in its second arm") {
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

} // namespace
} // namespace conformance::shapes
