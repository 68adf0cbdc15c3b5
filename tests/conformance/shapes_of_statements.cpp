// C6: shapes of blocks, loops, branches and jumps. See shapes.h.
#include "shapes.h"

namespace conformance::shapes {
namespace {

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

SHAPE("a for loop") {
  for (Tracked outer(p); const int i : {0, 1, 2}) {
    const Tracked local(p);
    if (i == 1) co_await p.point();
    co_await p.point();
  }
}

SHAPE("a range-for over an await's result") {
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

SHAPE("a backward jump") {
  int i = 0;
again:
  const Tracked local(p);
  co_await p.point();
  if (++i < 3) goto again;
}

SHAPE("an if with an initializer") {
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

} // namespace
} // namespace conformance::shapes
