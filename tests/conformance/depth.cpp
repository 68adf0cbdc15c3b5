// C13: long loops and deep chains run in bounded native stack.
#include "support.h"

namespace conformance {
namespace {

constexpr int million = 1'000'000;

enum class Bottom { completes, fails, waits };

Task<int> chain(int depth, Bottom bottom, HandEvent& event) {
  if (depth > 0) co_return 1 + co_await chain(depth - 1, bottom, event);
  if (bottom == Bottom::fails) co_await fail(broken, "at the bottom");
  if (bottom == Bottom::waits) co_await event.wait();
  co_return 0;
}

Task<int> hold(Task<int> inner) {
  co_return co_await std::move(inner);
}

// A chain in which each link is an unstarted Task that its caller holds.
WASIO_CORO_WRAPPER Task<int> unstarted_chain(int depth) {
  auto task = value_of(0);
  for (int i = 0; i < depth; ++i) task = hold(std::move(task));
  return task;
}

constexpr int hundred_thousand = 100'000;

// Counts itself while it exists.
struct Counted {
  explicit Counted(int& living) : living(living) { ++living; }
  Counted(const Counted&) = delete;
  ~Counted() { --living; }
  int& living;
};

AsyncGenerator<int> two_items(int& living, const ErrorKind* then = nullptr) {
  const Counted counted(living);
  co_yield 1;
  co_yield 2;
  if (then) co_await fail(*then, "after two items");
}

// A pipeline of so many stages, each of which owns the one before it.
WASIO_CORO_WRAPPER AsyncGenerator<int> stages(int count, AsyncGenerator<int> source) {
  for (int i = 0; i < count; ++i)
    source = std::move(source) | transform([](int number) { return number; });
  return source;
}

// A generator that owns another one, down to this depth.
AsyncGenerator<int> nested(int depth, int& living, HandEvent* event = nullptr) {
  const Counted counted(living);
  if (depth == 0) {
    co_yield 1;
    if (event) co_await event->wait();
    co_yield 2;
    co_return;
  }
  auto inner = nested(depth - 1, living, event);
  while (auto number = co_await inner.next()) co_yield *number;
}

} // namespace

WASIO_TEST("C13", "a loop may await a million tasks that complete synchronously") {
  int sum = 0;
  for (int i = 0; i < million; ++i) sum += co_await value_of(1);
  check_equal(sum, million);
}

WASIO_TEST("C13", "a loop may run a million attempts that fail") {
  int failed = 0;
  for (int i = 0; i < million; ++i) {
    auto ended = co_await attempt(fail_now(broken));
    failed += !ended;
  }
  check_equal(failed, million);
}

WASIO_TEST("C13", "a loop may run a million operations that are ready immediately") {
  auto [sender, receiver] = channel<int>(1);
  std::int64_t sum = 0;
  for (int i = 0; i < million; ++i) {
    co_await sender.send(1);
    sum += *co_await receiver.receive();
  }
  check_equal(sum, million);
}

WASIO_TEST("C13", "a chain a million awaits deep completes") {
  HandEvent event;
  check_equal(co_await chain(million, Bottom::completes, event), million);
}

WASIO_TEST("C13", "a chain a million awaits deep fails") {
  HandEvent event;
  auto ended = co_await attempt(chain(million, Bottom::fails, event));
  check_error(ended, broken);
  if (WASIO_PLACES != 0) {
    check_equal(ended.error().chain().total(), std::size_t{million} + 1);
    check_equal(ended.error().chain().kept(), 16u);
    check_equal(ended.error().chain().omitted(), std::size_t{million} - 15);
  }
}

WASIO_TEST("C13", "a chain a million awaits deep is cancelled") {
  HandEvent event;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto victim = group.spawn(chain(million, Bottom::waits, event));
    co_await checkpoint();
    check(event.waited_for());
    victim.cancel();
    co_await checkpoint();
    check(victim.cancelled());
  });
}

WASIO_TEST("C13", "a chain a million awaits deep waits and then completes") {
  HandEvent event;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto task = group.spawn(chain(million, Bottom::waits, event));
    co_await checkpoint();
    event.set();
    check_equal(co_await task, million);
  });
}

WASIO_TEST("C13", "a chain of a million Tasks that hold one another can be dropped unawaited") {
  {
    auto dropped = unstarted_chain(million);
  }
  check_equal(unhandled_count(), WASIO_DEBUG ? std::size_t{million} + 1 : 0);
  take_unhandled();
  co_return;
}

WASIO_TEST("C13",
           "a chain of a million Tasks that hold one another ends with its runtime, unstarted") {
  MockClock clock;
  detail::MainTask<Task<int>> main(std::in_place, unstarted_chain(million));
  main.hold();
  {
    Runtime runtime(clock);
    runtime.begin(main);
  }
  check(main.ended());
  co_return;
}

WASIO_TEST("C13", "a chain of a million Tasks that hold one another completes") {
  check_equal(co_await unstarted_chain(million), 0);
}

WASIO_TEST("C13", "a pipeline of 100,000 stages can be dropped before it begins") {
  int living = 0;
  {
    auto dropped = stages(hundred_thousand, two_items(living));
  }
  {
    auto dropped = stages(hundred_thousand, two_items(living)) | collect();
  }
  check_equal(unhandled_count(), WASIO_DEBUG ? 1u : 0u); // the Task, which was not awaited
  take_unhandled();
  check_equal(living, 0);
  co_return;
}

WASIO_TEST("C13", "a pipeline of 100,000 stages can be dropped between two items") {
  int living = 0;
  {
    auto dropped = stages(hundred_thousand, two_items(living));
    check_equal(co_await dropped.next(), std::optional(1));
    check_equal(living, 1);
  }
  check_equal(living, 0);
  auto replaced = stages(hundred_thousand, two_items(living));
  check_equal(co_await replaced.next(), std::optional(1));
  replaced = two_items(living);
  check_equal(living, 0);
}

WASIO_TEST("C13", "a pipeline of 100,000 stages ends, early or not") {
  int living = 0;
  {
    auto ended = stages(hundred_thousand, two_items(living));
    for (int i = 1; i <= 2; ++i) check_equal(co_await ended.next(), std::optional(i));
    check(!co_await ended.next());
    check(ended.ended());
    check_equal(living, 0);
  }
  auto first = stages(hundred_thousand, two_items(living)) | take(1);
  check_equal(co_await first.next(), std::optional(1));
  check_equal(living, 1);
  check(!co_await first.next());
  check_equal(living, 0);
}

WASIO_TEST("C13", "a pipeline of 100,000 stages fails") {
  int living = 0;
  auto numbers = stages(hundred_thousand, two_items(living, &broken));
  for (int i = 1; i <= 2; ++i) check_equal(co_await numbers.next(), std::optional(i));
  check_error(co_await attempt(numbers.next()), broken);
  check_equal(living, 0);
}

WASIO_TEST("C13", "a generator that owns generators 100,000 deep can be dropped, or ends") {
  int living = 0;
  {
    auto unbegun = nested(hundred_thousand, living);
  }
  {
    auto begun = nested(hundred_thousand, living);
    check_equal(co_await begun.next(), std::optional(1));
    check_equal(living, hundred_thousand + 1);
  }
  check_equal(living, 0);
  auto ended = nested(hundred_thousand, living);
  for (int i = 1; i <= 2; ++i) check_equal(co_await ended.next(), std::optional(i));
  check(!co_await ended.next());
  check_equal(living, 0);
}

WASIO_TEST("C13", "a generator that owns generators 100,000 deep is cancelled while it waits") {
  int living = 0;
  HandEvent event;
  auto numbers = nested(hundred_thousand, living, &event);
  check_equal(co_await numbers.next(), std::optional(1));
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto victim = group.spawn(numbers.next());
    co_await checkpoint();
    check(event.waited_for());
    victim.cancel();
    co_await checkpoint();
    check(victim.cancelled());
  });
  check(numbers.ended());
  check_equal(living, 0);
}

} // namespace conformance
