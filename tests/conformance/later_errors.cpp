// C21, C24, C25, C69, C73, C76, C77: a first error and what came later stay apart, whatever the
// first one is.
#include "support.h"

namespace conformance {
namespace {

inline constexpr ErrorKind last{"last", &errors::failure};

// What an error consists of: `broken`, `(broken also_broken)` for a group, and `x + y z` for an
// error x with y and z among its others().
std::string shape(const Error& error) {
  if (!error) return "-";
  if (!(error.first() == error)) {
    std::string text = shape(error.first()) + " +";
    for (const Error& other : error.others()) text += " " + shape(other);
    return "[" + text + "]";
  }
  if (!error.is_group()) return error.kind().name;
  std::string text = "(";
  for (const Error& member : error.members()) text += (text.size() > 1 ? " " : "") + shape(member);
  return text + ")";
}

// Fails with the error when it is cancelled.
Task<> fail_when_cancelled(const ErrorKind& kind) {
  co_await guard(sleep_long(), fail_now(kind));
}

// Fails with a group of one.
Task<> group_of(const ErrorKind& kind) {
  co_await task_group([&](TaskGroup& group) { group.spawn(fail_now(kind)); });
}

template <class B>
Task<std::string> shape_of_failure(B body) {
  auto ended = co_await attempt(std::move(body));
  co_return ended ? "a value" : shape(ended.error());
}

std::vector<Task<>> tasks_of(Task<> first, Task<> second) {
  std::vector<Task<>> tasks;
  tasks.push_back(std::move(first));
  tasks.push_back(std::move(second));
  return tasks;
}

// A group of two that another error came after, as `attempt` returns it.
Task<Error> group_and_more() {
  auto ended = co_await attempt(gather(task_group([](TaskGroup& group) {
                                         group.spawn(fail_now(broken));
                                         group.spawn(fail_when_cancelled(also_broken));
                                       }),
                                       fail_when_cancelled(last)));
  co_return ended.error();
}

} // namespace

WASIO_TEST("C21", "a first error that is a group keeps its members apart from later errors") {
  auto ended = co_await attempt(gather(group_of(broken), fail_when_cancelled(also_broken)));
  check_error(ended, errors::group);
  const Error& error = ended.error();
  check_equal(shape(error), "[(broken) + also_broken]");
  check(error.is_group() && error.message() == "1 error");
  check_equal(error.members().size(), 1u);
  check(error.members()[0].is(broken));
  check_equal(error.others().size(), 1u);
  check(error.others()[0].is(also_broken));
  // A group by itself.
  check(error.first().first() == error.first());
  check_equal(error.first().others().size(), 1u);
  check(error.first().others()[0].is(broken));
}

WASIO_TEST("C21", "later errors of nested operations are one list, those of inner ones first") {
  check_equal(
      co_await shape_of_failure(gather(gather(fail_now(broken), fail_when_cancelled(also_broken)),
                                       fail_when_cancelled(last))),
      "[broken + also_broken last]");
  check_equal(co_await shape_of_failure(
                  gather(gather(gather(group_of(broken), fail_when_cancelled(also_broken)),
                                fail_when_cancelled(last), fail_when_cancelled(broken)),
                         fail_when_cancelled(also_broken))),
              "[(broken) + also_broken last broken also_broken]");
  const Error alone(broken);
  check(alone.first() == alone && alone.others().empty() && alone.members().empty());
}

WASIO_TEST("C21", "the first error comes out as itself, with chain, cause and payload") {
  const auto fails = []() -> Task<> {
    co_await fail(Error(broken, "first").with_cause(Error(last)).with_payload(7));
  };
  auto ended = co_await attempt(
      gather(gather(fails(), fail_when_cancelled(also_broken)), fail_when_cancelled(last)));
  const Error& error = ended.error();
  check(error.is(broken) && error.message() == "first" && error.cause().is(last));
  check(error.payload<int>() && *error.payload<int>() == 7);
  check_equal(error.place().line(), error.first().place().line());
  check(error.chain().total() >= error.first().chain().total());
}

WASIO_TEST("C24", "a race, a guard and as_completed keep the members of a first error apart, too") {
  check_equal(co_await shape_of_failure(race(group_of(broken), fail_when_cancelled(also_broken))),
              "[(broken) + also_broken]");
  check_equal(co_await shape_of_failure(guard(group_of(broken), fail_now(also_broken))),
              "[(broken) + also_broken]");
  check_equal(co_await shape_of_failure(
                  guard(guard(fail_now(broken), fail_now(also_broken)), fail_now(last))),
              "[broken + also_broken last]");
  check_equal(co_await shape_of_failure(as_completed(
                  tasks_of(fail_now(broken), fail_when_cancelled(also_broken)),
                  [](std::size_t, const Outcome<>&) -> Task<> { co_await group_of(broken); })),
              "[(broken) + also_broken]");
}

WASIO_TEST("C73", "the errors of an exit stack's cleanups are later errors in order") {
  const auto stack_around = [](auto body) -> Task<> {
    co_await exit_stack([&](ExitStack& stack) -> Task<> {
      co_await stack.defer(fail_now(last));
      co_await stack.defer([]() -> Task<> { co_return; });
      co_await stack.defer(group_of(also_broken));
      co_await body();
    });
  };
  check_equal(
      co_await shape_of_failure(stack_around([]() -> Task<> { co_await group_of(broken); })),
      "[(broken) + (also_broken) last]");
  check_equal(co_await shape_of_failure(stack_around([]() -> Task<> {
                co_await gather(fail_now(broken), fail_when_cancelled(last));
              })),
              "[broken + last (also_broken) last]");
  // After a value the first cleanup's error is the first.
  check_equal(co_await shape_of_failure(stack_around([]() -> Task<> { co_return; })),
              "[(also_broken) + last]");
}

WASIO_TEST("C76", "split, match, leaves and has see the members of a group, not what came later") {
  const Error error = co_await group_and_more();
  check_equal(shape(error), "[(broken also_broken) + last]");
  check(error.has(broken) && error.has(also_broken) && !error.has(last));
  const auto leaves = error.leaves();
  check_equal(leaves.size(), 2u);
  check(leaves[0].is(broken) && leaves[1].is(also_broken));
  check(!error.match(last) && error.split(last).rest == error);
  const auto [matching, rest] = error.split(broken);
  check_equal(shape(matching), "[(broken) + last]");
  check_equal(shape(rest), "[(also_broken) + last]");
  check(matching.message() == error.message() && matching.place().line() == error.place().line());
  // One that falls into one part as a whole is that very error, later errors included.
  check(error.split([](const Error&) { return true; }).matching == error);
  check(error.match(errors::group) == error);
  check(error_group({error}).match(also_broken).members()[0].others()[0].is(last));
}

WASIO_TEST("C46", "unwrap_single leaves a group alone that an error came after") {
  auto ended = co_await attempt(gather(group_of(broken), fail_when_cancelled(last)));
  check(ended.error().unwrap_single() == ended.error());
  check(ended.error().first().unwrap_single().is(broken));
  check(error_group({ended.error()}).unwrap_single() == ended.error());
}

WASIO_TEST("C77", "handlers get members of their kinds, and never what came later") {
  Log log;
  const Error error = co_await group_and_more();
  const auto never = [&](const Error&) { log.add("never"); };
  auto unmatched = co_await attempt(catch_group(fail(error), on(last, never)));
  check_equal(shape(unmatched.error()), "[(broken also_broken) + last]");
  auto part =
      co_await attempt(catch_group(fail(error), on(last, never),
                                   on(broken, [&](const Error& taken) { log.add(shape(taken)); })));
  check_equal(shape(part.error()), "[(also_broken) + last]");
  const bool value = co_await catch_group(
      fail(error), on(errors::failure, [&](const Error& taken) { log.add(shape(taken)); }));
  check(!value);
  check_equal(log, "[(broken) + last] [(broken also_broken) + last]");
}

WASIO_TEST("C75", "describe tells members from later errors") {
  const Error error = Error(error_group({Error(broken, "a"),
                                         Error(also_broken, "b").with_others({Error(last, "c")})}))
                          .with_others({Error(last, "d"), error_group({Error(broken, "e")})})
                          .with_others({Error(last, "f")})
                          .with_cause(Error(broken, "g"));
  check_equal(describe(error), "group: 2 errors\n"
                               "- broken: a\n"
                               "- also_broken: b\n"
                               "    and: last: c\n"
                               "  and: last: d\n"
                               "  and: group: 1 error\n"
                               "  - broken: e\n"
                               "  and: last: f\n"
                               "  because: broken: g");
  co_return;
}

WASIO_TEST("C75", "100,000 operations in one another may each add a later error") {
  Error deep = error_group({Error(broken, "in"), Error(also_broken, "out")});
  for (int i = 0; i < 100'000; ++i) deep = std::move(deep).with_others({Error(last)});
  check_equal(deep.members().size(), 2u);
  check(deep.has(broken) && !deep.has(last));
  check_equal(shape(deep.match(broken).first()), "(broken)");
  check_equal(deep.match(broken).others().size(), 100'000u);
  co_return;
}

WASIO_TEST("C75", "an error that is held elsewhere does not change when others join it") {
  const Error held(broken, "first");
  const Error whole = Error(held).with_others({Error(also_broken)});
  check(held.others().empty());
  check(whole.first() == held);
  auto ended = co_await attempt(guard(fail(whole), fail_now(last)));
  check_equal(shape(whole), "[broken + also_broken]");
  check_equal(shape(ended.error()), "[broken + also_broken last]");
}

} // namespace conformance
