// C76 and C77: splitting errors, and handling them by kind.
#include "support.h"

namespace conformance {
namespace {

inline constexpr ErrorKind worse{"worse", &broken};
inline constexpr ErrorKind stranger{"stranger"};

// The shape of an error, for comparison: `(broken:a (also_broken:b))`; an empty one is `-`.
std::string shape(const Error& error) {
  if (!error) return "-";
  if (!error.is_group()) return join_text(error.kind().name, ":", error.message());
  std::string text = "(";
  for (const Error& member : error.members()) text += (text.size() > 1 ? " " : "") + shape(member);
  return text + ")";
}

// a, then b and c in a group, then d in a group in a group.
Error tree() {
  return error_group({Error(broken, "a"), error_group({Error(also_broken, "b"), Error(worse, "c")}),
                      error_group({error_group({Error(broken, "d")})})});
}

Task<> fail_with(Error error) {
  co_await fail(std::move(error));
}

} // namespace

WASIO_TEST("C76", "split keeps order and nesting in both parts") {
  const Error whole = tree();
  const ErrorSplit by_other = whole.split(also_broken);
  check_equal(shape(by_other.matching), "((also_broken:b))");
  check_equal(shape(by_other.rest), "(broken:a (worse:c) ((broken:d)))");
  const ErrorSplit by_parent = whole.split(broken);
  check_equal(shape(by_parent.matching), "(broken:a (worse:c) ((broken:d)))");
  check_equal(shape(by_parent.rest), "((also_broken:b))");
  check_equal(shape(whole.match(worse)), "((worse:c))");
  check_equal(shape(whole), "(broken:a (also_broken:b worse:c) ((broken:d)))");
  co_return;
}

WASIO_TEST("C76",
           "if all or nothing matches, one part is the error itself and the other is empty") {
  const Error whole = tree();
  const ErrorSplit none = whole.split(stranger);
  check(!none.matching);
  check(none.rest == whole);
  // The group's own kind matches, so its members are not examined.
  const ErrorSplit all = whole.split(errors::failure);
  check(all.matching == whole);
  check(!all.rest);
  check(whole.match(errors::group) == whole);
  check(!whole.match(stranger));
  // A member that falls into one part as a whole remains the same error.
  const ErrorSplit some = whole.split(also_broken);
  check(some.rest.others()[2] == whole.others()[2]);
  check(some.matching.others()[0].others()[0] == whole.others()[1].others()[0]);
  const Error empty = error_group({});
  check(!empty.split(broken).matching);
  check(empty.split(broken).rest == empty);
  co_return;
}

WASIO_TEST("C76", "an error that is not a group is one leaf") {
  const Error error = Error(worse, "w").with_others({Error(stranger, "later")});
  check(error.match(broken) == error);
  check(!error.split(broken).rest);
  check(error.split(stranger).rest == error); // its others belong to it
  const auto leaves = error.leaves();
  check_equal(leaves.size(), 1u);
  check(leaves.front() == error);
  co_return;
}

WASIO_TEST("C76", "a predicate is called for leaves only") {
  int asked = 0;
  const auto is_late = [&](const Error& leaf) {
    ++asked;
    check(!leaf.is_group());
    return leaf.message() > "b";
  };
  const ErrorSplit parts = tree().split(is_late);
  check_equal(asked, 4);
  check_equal(shape(parts.matching), "((worse:c) ((broken:d)))");
  check_equal(shape(parts.rest), "(broken:a (also_broken:b))");
  check_equal(shape(tree().match(is_late)), shape(parts.matching));
  co_return;
}

WASIO_TEST("C76", "leaves come in order, whatever the nesting") {
  std::string names;
  for (const Error& leaf : tree().leaves()) names += leaf.message();
  check_equal(names, "abcd");
  check(error_group({}).leaves().empty());
  co_return;
}

WASIO_TEST("C76", "both parts of a group keep its message, cause, payload, place and chain") {
  auto ended = co_await attempt(fail_with(error_group({Error(broken, "a"), Error(also_broken, "b")})
                                              .with_cause(Error(stranger, "why"))
                                              .with_payload(std::string("payload"))));
  const Error& whole = ended.error();
  const auto [matching, rest] = whole.split(broken);
  check_equal(shape(matching), "(broken:a)");
  check_equal(shape(rest), "(also_broken:b)");
  for (const Error& part : {matching, rest}) {
    check_equal(part.message(), whole.message());
    check_equal(part.cause().message(), "why");
    check(part.payload<std::string>() && *part.payload<std::string>() == "payload");
    check_equal(part.place().line(), whole.place().line());
    check_equal(part.chain().total(), whole.chain().total());
  }
}

WASIO_TEST("C76", "groups may nest 100,000 deep") {
  Error deep = error_group({Error(broken, "in"), Error(also_broken, "out")});
  for (int i = 0; i < 100'000; ++i) deep = error_group({std::move(deep)});
  const ErrorSplit parts = deep.split(broken);
  check_equal(parts.matching.unwrap_single().message(), "in");
  check_equal(parts.rest.unwrap_single().message(), "out");
  check_equal(deep.leaves().size(), 2u);
  co_return;
}

WASIO_TEST("C77",
           "handlers take their leaves in turn and keep the nesting, until nothing is left") {
  Log log;
  const bool value = co_await catch_group(
      fail_with(tree()), on(worse, [&](const Error& part) { log.add(shape(part)); }),
      on(broken,
         [&](const Error& part) -> Task<> {
           co_await checkpoint();
           log.add(shape(part));
         }),
      on(stranger, [&](const Error&) { log.add("never"); }),
      on(also_broken, [&](const Error& part) { log.add(shape(part)); }),
      on(errors::failure, [&](const Error&) { log.add("never"); }));
  check(!value);
  check_equal(log, "((worse:c)) (broken:a ((broken:d))) ((also_broken:b))");
}

WASIO_TEST("C77", "the rest propagates as a group") {
  Log log;
  auto ended = co_await attempt(
      catch_group(fail_with(tree()), on(broken, [&](const Error& part) { log.add(shape(part)); })));
  check_error(ended, errors::group);
  check_equal(shape(ended.error()), "((also_broken:b))");
  check_equal(log, "(broken:a (worse:c) ((broken:d)))");
}

WASIO_TEST("C77", "an error that no handler matches propagates unchanged") {
  const auto nothing = [](const Error&) {
    add_failure("a handler was called", std::source_location::current());
  };
  auto naked = co_await attempt(
      catch_group(fail_now(broken, "b"), on(also_broken, nothing), on(errors::group, nothing)));
  check_error(naked, broken);
  check_equal(naked.error().message(), "b");
  auto group = co_await attempt(
      catch_group(fail_with(tree()), on(stranger, nothing), on(errors::group, nothing)));
  check_equal(shape(group.error()), shape(tree()));
}

WASIO_TEST("C77", "handlers match the kinds of leaves, not of the groups that hold them") {
  auto ended = co_await attempt(catch_group(
      fail_with(error_group({Error(broken, "b"), Error(stranger, "s")})),
      on(errors::failure, [](const Error& part) { check_equal(shape(part), "(broken:b)"); })));
  check_equal(shape(ended.error()), "(stranger:s)");
}

WASIO_TEST("C77", "an error that is not a group is handed over as a group of one") {
  Log log;
  const bool value = co_await catch_group(
      fail_now(worse, "w"), on(broken, [&](const Error& part) { log.add(shape(part)); }));
  check(!value);
  check_equal(log, "(worse:w)");
}

WASIO_TEST("C77", "a handler's error propagates; with others or a rest, in a new group") {
  const auto fails = [](std::string_view message) {
    return [message](const Error&) -> Task<> { co_await fail(stranger, message); };
  };
  auto alone = co_await attempt(catch_group(fail_now(broken), on(broken, fails("alone"))));
  check_equal(shape(alone.error()), "stranger:alone");
  Log log;
  auto many = co_await attempt(
      catch_group(fail_with(tree()), on(worse, fails("one")), on(also_broken, fails("two"))));
  check_equal(shape(many.error()), "(stranger:one stranger:two (broken:a ((broken:d))))");
  auto none_left = co_await attempt(
      catch_group(fail_with(tree()), on(broken, fails("one")),
                  on(also_broken, [&](const Error& part) { log.add(shape(part)); })));
  check_equal(shape(none_left.error()), "stranger:one");
  check_equal(log, "((also_broken:b))");
  // An error raised again is an error of the handler like any other.
  auto again = co_await attempt(catch_group(
      fail_with(tree()), on(broken, [](const Error& part) -> Task<> { co_await fail(part); })));
  check_equal(shape(again.error()), "((broken:a (worse:c) ((broken:d))) ((also_broken:b)))");
}

WASIO_TEST("C77", "after a handler that fails the next one can still wait, even in a group") {
  Log log;
  auto ended = co_await attempt(task_group([&](TaskGroup&) -> Task<> {
    co_await catch_group(fail_with(tree()),
                         on(also_broken, [](const Error&) -> Task<> { co_await fail(stranger); }),
                         on(broken, [&](const Error& part) -> Task<> {
                           co_await let_others_run();
                           log.add(shape(part));
                         }));
  }));
  check_equal(shape(ended.error()), "(stranger:)");
  check_equal(log, "(broken:a (worse:c) ((broken:d)))");
}

WASIO_TEST("C77", "a value passes through, and handlers are not called") {
  const auto nothing = [](const Error&) {
    add_failure("a handler was called", std::source_location::current());
  };
  const auto value = co_await catch_group(value_of(5), on(errors::failure, nothing));
  check_equal(value.value_or(0), 5);
  check(co_await catch_group(checkpoint(), on(errors::failure, nothing)));
}

WASIO_TEST("C77", "a cancel passes through, and handlers are not called") {
  Log log;
  CancelScope scope;
  scope.cancel();
  const bool finished = co_await scope.run([&]() -> Task<> {
    co_await catch_group(checkpoint(), on(errors::failure, [&](const Error&) { log.add("no"); }));
    log.add("never");
  });
  check(!finished);
  check_equal(log, "");
}

WASIO_TEST("C77", "handlers run after the body's frames are gone, in the same task") {
  Log log;
  const auto id = current_task().id();
  co_await catch_group(
      [&]() -> Task<> {
        const Noisy noisy(log, "body");
        co_await fail(broken);
      },
      on(broken, [&](const Error&) -> Task<> {
        check_equal(current_task().id(), id);
        const Noisy noisy(log, "handler");
        co_await checkpoint();
      }));
  check_equal(log, "~body ~handler");
}

WASIO_TEST("C77",
           "if a handler is cancelled, the rest propagates, and the next checkpoint is cancelled") {
  Log log;
  CancelScope scope;
  const bool finished = co_await scope.run([&]() -> Task<> {
    auto ended = co_await attempt(
        catch_group(fail_with(tree()),
                    on(worse,
                       [&](const Error&) -> Task<> {
                         scope.cancel();
                         co_await checkpoint();
                         log.add("never");
                       }),
                    on(also_broken, [&](const Error& part) { log.add(shape(part)); })));
    check(!ended);
    log.add(shape(ended.error()));
    co_await checkpoint();
    log.add("never");
  });
  check(!finished);
  check_equal(log, "((also_broken:b)) (broken:a ((broken:d)))");
}

WASIO_TEST("C77", "if a handler is cancelled and nothing is left, the cancel propagates") {
  Log log;
  CancelScope scope;
  const bool finished = co_await scope.run([&]() -> Task<> {
    co_await catch_group(fail_now(broken), on(broken, [&](const Error&) -> Task<> {
                           scope.cancel();
                           co_await checkpoint();
                         }));
    log.add("never");
  });
  check(!finished);
  check(scope.cancelled_caught());
  check_equal(log, "");
}

WASIO_TEST("C77", "catch_group nests, and handles the errors of a task group's children by kind") {
  Log log;
  co_await catch_group(
      catch_group(task_group([](TaskGroup& group) {
                    group.spawn(fail_now(broken, "one"));
                    group.spawn(fail_now(also_broken, "two"));
                  }),
                  on(broken, [&](const Error& part) { log.add("inner", shape(part)); })),
      on(also_broken, [&](const Error& part) { log.add("outer", shape(part)); }));
  check_equal(log, "inner(broken:one) outer(also_broken:two)");
}

WASIO_TEST("C77", "an error that no handler matches passes through an outer group like any other") {
  // Kinds are matched before anything is destroyed: children of a group further out end first.
  Log log;
  auto ended = co_await attempt(task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      const Noisy noisy(log, "child");
      co_await sleep(1h);
    });
    co_await checkpoint();
    const auto body = [&]() -> Task<> {
      const Noisy noisy(log, "body");
      co_await fail(broken);
    };
    co_await catch_group(body, on(also_broken, [](const Error&) {}));
  }));
  check_error(ended, errors::group);
  check_equal(log, "~child ~body");
}

#if WASIO_EXCEPTIONS
WASIO_TEST("C78", "a catch_group handler that throws fails, whether plain or a coroutine") {
  auto plain =
      co_await attempt(catch_group(fail_now(broken), on(broken, [](const Error&) { throw 1; })));
  check_error(plain, errors::exception);
  auto coroutine =
      co_await attempt(catch_group(fail_now(broken), on(broken, [](const Error&) -> Task<> {
                                     throw 1;
                                     co_return;
                                   })));
  check_error(coroutine, errors::exception);
}
#endif

} // namespace conformance
