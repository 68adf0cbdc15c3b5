// C75 to C78: what an error carries, and exceptions.
#include "support.h"
#include <wasio/memory.h>

#if WASIO_EXCEPTIONS
#include <stdexcept>
#endif

namespace conformance {
namespace {

inline constexpr ErrorKind parent{"parent", &errors::failure};
inline constexpr ErrorKind child{"child", &parent};
inline constexpr ErrorKind stranger{"stranger"};

struct Details {
  int code;
  std::unique_ptr<int> owned;
};

Task<> even(int depth);
Task<> odd(int depth) {
  if (depth == 0) co_await fail(broken);
  co_await even(depth - 1);
}
Task<> even(int depth) {
  if (depth == 0) co_await fail(broken);
  co_await odd(depth - 1);
}

} // namespace

WASIO_TEST("C75", "an error reaches the nearest attempt with kind, message, cause and payload") {
  auto outer = co_await attempt([]() -> Task<> {
    auto inner = co_await attempt([]() -> Task<> {
      co_await fail(Error(child, "what happened")
                        .with_cause(Error(also_broken, "what led to it"))
                        .with_payload(Details{7, std::make_unique<int>(8)}));
    });
    check_error(inner, child);
    const Error& error = inner.error();
    check(&error.kind() == &child);
    check_equal(error.message(), "what happened");
    check(error.cause().is(also_broken));
    check_equal(error.cause().message(), "what led to it");
    const auto* details = error.payload<Details>();
    check(details && details->code == 7 && *details->owned == 8);
    check(!error.payload<int>());
    check(!error.is_group() && error.others().empty());
  });
  check(outer.has_value());
}

WASIO_TEST("C75", "fail joins its pieces as text") {
  auto ended = co_await attempt([]() -> Task<> {
    co_await fail(broken, "n = ", 3, ", x = ", 1.5, ", ", true, ' ', std::string("end"));
  });
  check_equal(ended.error().message(), "n = 3, x = 1.5, true end");
  auto bare = co_await attempt([]() -> Task<> { co_await fail(broken); });
  check_equal(bare.error().message(), "");
}

WASIO_TEST("C75", "`is` follows an error kind's parents; `has` looks into groups") {
  const Error error(child, "c");
  check(error.is(child) && error.is(parent) && error.is(errors::failure));
  check(!error.is(broken) && !error.is(stranger));
  check(!Error(stranger).is(errors::failure));
  const Error nested = error_group({Error(broken), error_group({error})});
  check(nested.is(errors::group) && !nested.is(child));
  check(nested.has(child) && nested.has(parent) && nested.has(broken));
  check(!nested.has(stranger));
  check(error.has(parent));
  co_return;
}

WASIO_TEST("C75", "copies share an error, and additions to one do not show in another") {
  const Error original(broken, "text");
  const Error copy = original;
  check(copy == original);
  const Error changed = Error(original).with_cause(Error(child));
  check(!original.cause());
  check(changed.cause().is(child));
  check_equal(changed.message(), "text");
  check(!(changed == original));
  co_return;
}

WASIO_TEST("C75",
           "a chain keeps the first 4 and the last 12 hops, and the number of those between") {
  if (WASIO_PLACES == 0) {
    skip("this build keeps no places");
    co_return;
  }
  // One hop per depth, the innermost first: depth 0 is in `even` if the whole depth is even.
  for (const int depth : {0, 3, 14, 15, 16, 29, 100}) {
    auto ended = co_await attempt(even(depth));
    const Chain& chain = ended.error().chain();
    const auto total = static_cast<std::size_t>(depth) + 1;
    check_equal(chain.total(), total);
    check_equal(chain.kept(), std::min<std::size_t>(total, 16));
    check_equal(chain.omitted(), total - chain.kept());
    for (std::size_t i = 0; i < chain.kept(); ++i) {
      const std::size_t hop = i < 4 ? i : i + chain.omitted();
      const bool in_even = (total - 1 - hop) % 2 == 0;
      check(chain[i].function().contains(in_even ? "even" : "odd"));
      check_equal(chain[i].file(), "errors.cpp");
    }
    check(describe(ended.error()).contains("more") == (depth > 15));
  }
}

WASIO_TEST("C75", "a chain lists the line of the fail first, then the lines that awaited it") {
  std::uint32_t fail_line = 0;
  std::uint32_t await_line = 0;
  auto ended = co_await attempt([&]() -> Task<> {
    const auto inner = [&]() -> Task<> {
      fail_line = __LINE__ + 1;
      co_await fail(broken);
    };
    await_line = __LINE__ + 1;
    co_await inner();
  });
  const Error& error = ended.error();
#if WASIO_PLACES == 0
  check(!error.place().known());
  check_equal(error.chain().total(), 2u);
#else
  check_equal(error.place().line(), fail_line);
  check_equal(error.place().file(), "errors.cpp");
  check_equal(error.chain().total(), 2u);
  check_equal(error.chain()[1].line(), await_line);
  const std::string text = describe(error);
  check(text.contains("broken") && text.contains(join_text("errors.cpp:", fail_line)) &&
        text.contains(join_text("errors.cpp:", await_line)));
#endif
}

WASIO_TEST("C75", "an error raised again keeps its place, and its chain grows") {
  auto first = co_await attempt(even(1));
  const auto hops = first.error().chain().total();
  auto again = co_await attempt([&]() -> Task<> { co_await fail(first.error()); });
  check_error(again, broken);
  check_equal(again.error().place().line(), first.error().place().line());
  if (WASIO_PLACES != 0) check_equal(again.error().chain().total(), hops + 1);
  check_equal(first.error().chain().total(), hops); // the caught error does not change
}

WASIO_TEST("C75", "awaiting a failed task several times does not change the error in its result") {
  auto ended = co_await attempt(task_group([](TaskGroup& group) -> Task<> {
    auto handle = group.spawn(even(2));
    std::size_t hops = 0;
    const auto awaits = [&]() -> Task<> { co_await handle; };
    for (int i = 0; i < 3; ++i) {
      auto seen = co_await attempt(awaits());
      check_error(seen, broken);
      if (i == 0) hops = handle.result().error().chain().total();
      check_equal(handle.result().error().chain().total(), hops);
    }
  }));
  check_error(ended, errors::group);
}

WASIO_TEST("C75", "an out-of-memory error allocates nothing") {
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
  skip("AddressSanitizer ends the program when memory is exhausted");
  co_return;
#endif
#endif
  const auto blocks = memory_use().live_blocks;
  // A message too large for any memory; none of it is read.
  constexpr std::size_t everything = sizeof(std::size_t) == 4 ? SIZE_MAX : SIZE_MAX / 2;
  const Error error(broken, std::string_view("", everything - 65'536));
  check(error.is(errors::out_of_memory));
  const Error copy = Error(error).with_cause(Error(child)).with_others({Error(child)});
  check(copy.is(errors::out_of_memory) && !copy.cause() && copy.others().empty());
  check_equal(memory_use().live_blocks, blocks);
  auto ended = co_await attempt([&]() -> Task<> { co_await fail(error); });
  check_error(ended, errors::out_of_memory);
  check_equal(memory_use().live_blocks, blocks);
  // It says nothing about a later Task, which is empty for another reason.
  Task<int> moved = value_of(1);
  co_await std::move(moved);
  check_error(co_await attempt(std::move(moved)), errors::misuse); // NOLINT: it is empty
}

WASIO_TEST("C75", "describe shows causes, others and members, one per line") {
  const Error error =
      error_group({Error(broken, "first").with_cause(Error(child, "why")),
                   Error(also_broken, "second").with_others({Error(parent, "more")})});
  const std::string text = describe(error);
  for (const char* part : {"group: 2 errors", "broken: first", "because: child: why",
                           "also_broken: second", "and: parent: more"})
    check(text.contains(part));
  check_equal(describe(Error()), "");
  co_return;
}

WASIO_TEST("C75", "100,000 nested causes and 100,000 nested groups need no recursion") {
  Error causes(broken);
  Error groups(broken);
  for (int i = 0; i < 100'000; ++i) {
    causes = Error(broken).with_cause(std::move(causes));
    groups = error_group({std::move(groups)});
  }
  check(groups.has(broken));
  check(groups.unwrap_single().is(broken));
  co_return;
}

#if WASIO_EXCEPTIONS

WASIO_TEST("C78", "an exception out of a body arrives as an Error that holds it") {
  auto ended = co_await attempt([]() -> Task<> {
    throw std::runtime_error("thrown");
    co_return;
  });
  check_error(ended, errors::exception);
  check_equal(ended.error().message(), "thrown");
  const auto* held = ended.error().payload<std::exception_ptr>();
  check(held != nullptr);
  bool caught = false;
  try {
    or_throw(std::move(ended));
  } catch (const std::runtime_error& exception) {
    caught = std::string_view(exception.what()) == "thrown";
  }
  check(caught);
}

WASIO_TEST("C78", "frames and guards on its way treat an exception like any error") {
  Log log;
  auto ended = co_await attempt([&]() -> Task<> {
    const Noisy outer(log, "outer");
    co_await guard(
        [&]() -> Task<> {
          const Noisy inner(log, "inner");
          co_await checkpoint();
          throw 5;
        },
        [&]() -> Task<> {
          log.add("cleanup");
          co_return;
        });
  });
  check_error(ended, errors::exception);
  check_equal(log, "~inner cleanup ~outer");
  int number = 0;
  try {
    or_throw(std::move(ended));
  } catch (int thrown) {
    number = thrown;
  }
  check_equal(number, 5);
}

WASIO_TEST("C78",
           "or_throw returns the value, or throws the Error itself if it holds no exception") {
  auto value = co_await attempt(value_of(3));
  check_equal(or_throw(std::move(value)), 3);
  auto failed = co_await attempt(fail_now(broken, "no exception"));
  bool caught = false;
  try {
    or_throw(std::move(failed));
  } catch (const Error& error) {
    caught = error.is(broken) && error.message() == "no exception";
  }
  check(caught);
}

WASIO_TEST("C78", "an Error that is thrown arrives as that error") {
  auto ended = co_await attempt([]() -> Task<> {
    throw Error(broken, "thrown");
    co_return;
  });
  check_error(ended, broken);
  check_equal(ended.error().message(), "thrown");
}

WASIO_TEST("C78", "a callable that throws instead of returning a Task is a failed body") {
  const auto throws = [] WASIO_CORO_WRAPPER() -> Task<int> { throw std::runtime_error("early"); };
  check_error(co_await attempt(throws), errors::exception);
  auto ended = co_await attempt(task_group([](TaskGroup&) { throw std::runtime_error("plain"); }));
  check(!ended && ended.error().has(errors::exception));
}

WASIO_TEST("C78", "children, branches and deadlines propagate exceptions") {
  const auto thrower = []() -> Task<> {
    co_await checkpoint();
    throw std::logic_error("child");
  };
  auto grouped = co_await attempt(task_group([&](TaskGroup& group) { group.spawn(thrower()); }));
  check(!grouped && grouped.error().unwrap_single().is(errors::exception));
  auto gathered = co_await attempt(gather(thrower(), sleep_long()));
  check_error(gathered, errors::exception);
  check_error(co_await attempt(fail_after(1h, thrower())), errors::exception);
  // A try block without an await in it also works inside a body.
  int caught = 0;
  for (int i = 0; i < 3; ++i) {
    try {
      throw i;
    } catch (int) {
      ++caught;
    }
    co_await checkpoint();
  }
  check_equal(caught, 3);
}

#else

WASIO_TEST("C78", "errors work in a build without exceptions") {
  static_assert(!WASIO_EXCEPTIONS);
  auto ended = co_await attempt(fail_now(broken));
  check_error(ended, broken);
}

#endif

WASIO_TEST("C75", "places are equal if function, file and line are") {
  const auto here = std::source_location::current();
  check(Place(here) == Place(here));
  check(Place() == Place());
  if (!Place(here).known()) co_return; // WASIO_PLACES=0
  check(Place(here) != Place());
  check(Place(here) != Place(here, here.line() + 1));
  check(Place(here) == Place(std::source_location::current(), here.line()));
  const auto elsewhere = [](std::source_location at) { return at; };
  check(Place(here) !=
        Place(elsewhere([] { return std::source_location::current(); }()), here.line()));
}

} // namespace conformance
