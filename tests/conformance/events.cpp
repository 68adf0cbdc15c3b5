// C120 to C122: events and barriers.
#include "support.h"

namespace conformance {

// Logs the name when `work` is done.
template <class W>
Task<> logged(Log& log, std::string name, W work) {
  co_await std::move(work);
  log.add(name);
}

WASIO_TEST("C120", "an event releases its waiters in FIFO order, and later ones immediately") {
  Event event;
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    for (const char* name : {"a", "b", "c"}) group.spawn(logged(log, name, event.wait()));
    co_await let_others_run();
    check_equal(event.waiting(), 3u);
    check_equal(log, "");
    event.set();
    check_equal(log, "");
  });
  check_equal(log, "a b c");
  check(event.is_set());
  co_await event.wait();
}

WASIO_TEST("C120", "tasks released by set resume, even if the event is cleared immediately") {
  Event event;
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(logged(log, "early", event.wait()));
    co_await checkpoint();
    event.set();
    event.clear();
    auto late = group.spawn(logged(log, "late", event.wait()));
    co_await let_others_run();
    check_equal(log, "early");
    check(!event.is_set());
    late.cancel();
  });
  check_equal(event.waiting(), 0u);
}

WASIO_TEST("C121", "the waiters of an event that is destroyed fail with misuse") {
  auto event = std::make_unique<Event>();
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto waits = group.spawn(
        [&]() -> Task<> { check_error(co_await attempt(event->wait()), errors::misuse); });
    co_await checkpoint();
    event.reset();
    co_await waits;
  });
}

WASIO_TEST("C122", "a barrier releases its parties together, round after round") {
  Barrier barrier(3);
  Log log;
  co_await task_group([&](TaskGroup& group) {
    for (const char* name : {"a", "b", "c"}) {
      group.spawn([&, name]() -> Task<> {
        for (int round = 0; round < 2; ++round) {
          log.add(name, round);
          const std::size_t place = co_await barrier.wait();
          check_equal(place < 3, true);
        }
      });
    }
  });
  const std::string text = log.text();
  check(text.find("1") > text.find("c0"));
  check_equal(barrier.waiting(), 0u);
}

WASIO_TEST("C122", "a barrier tells each party its place") {
  Barrier barrier(3);
  const auto [a, b, c] = co_await gather(barrier.wait(), barrier.wait(), barrier.wait());
  check_equal(std::vector{a, b, c}, std::vector<std::size_t>{0, 1, 2});
}

WASIO_TEST("C122", "a cancelled party does not count as arrived; the others wait for another") {
  Barrier barrier(3);
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(logged(log, "a", barrier.wait()));
    auto cancelled = group.spawn(logged(log, "b", barrier.wait()));
    co_await checkpoint();
    cancelled.cancel();
    group.spawn(logged(log, "c", barrier.wait()));
    co_await let_others_run();
    check_equal(log, "");
    check_equal(barrier.waiting(), 2u);
    group.spawn(logged(log, "d", barrier.wait()));
  });
  check_equal(log, "d a c"); // the last one does not wait
}

} // namespace conformance
