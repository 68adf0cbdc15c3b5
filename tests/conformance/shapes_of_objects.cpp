// C6: shapes of references, bindings, objects, coroutines and combinators. See shapes.h.
#include "shapes.h"

namespace conformance::shapes {
namespace {

SHAPE("a reference that extends a lifetime") {
  const Tracked& reference = co_await make(p);
  const Tracked later(p);
  co_await p.point();
  use(reference, later);
}

SHAPE("a reference to a member that extends a lifetime") {
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

SHAPE("concatenated strings") {
  const Tracked local(p);
  const std::string both = std::string("before ") + co_await text(p) + co_await text(p);
  if (!both.empty()) co_await p.point();
}

SHAPE("recursion") {
  (void)co_await recurse(p, 4);
}

SHAPE("a Task held before it is awaited") {
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

} // namespace
} // namespace conformance::shapes
