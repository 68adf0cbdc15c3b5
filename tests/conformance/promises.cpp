// C125: promises and their futures.
#include "support.h"

namespace conformance {

WASIO_TEST("C125", "a future waits for the value that its setter sets, whichever comes first") {
  auto [setter, future] = promise<int>();
  check(!future.done() && setter.wanted());
  co_await gather([&]() -> Task<> { check_equal(co_await future, 7); },
                  [&]() -> Task<> {
                    co_await let_others_run();
                    check(setter.set(7));
                  });
  check(future.done() && !setter.wanted());
  check_equal(co_await std::move(future), 7);
}

WASIO_TEST("C125", "several tasks may wait, and continue in FIFO order with the same value") {
  auto [setter, future] = promise<std::string>();
  Log log;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    for (const char* name : {"a", "b", "c"})
      group.spawn([&log, name, future = future]() -> Task<> { log.add(name, co_await future); });
    co_await checkpoint();
    setter.set("!");
    log.add("set");
  });
  check_equal(log, "set a! b! c!");
}

WASIO_TEST("C125", "only the first set or fail counts; the others return false") {
  auto [setter, future] = promise<int>();
  check(setter.set(1));
  check(!setter.set(2));
  check(!setter.fail(Error(broken)));
  check_equal(co_await future, 1);
}

WASIO_TEST("C125", "an error that is set fails every await, and is not reported") {
  auto [setter, future] = promise<>();
  check(setter.fail(Error(broken, "no")));
  for (int i = 0; i < 2; ++i) check_error(co_await attempt(future), broken);
  check_equal(unhandled_count(), 0u);
}

WASIO_TEST("C125", "waiting tasks fail when the setter is dropped, as do later ones") {
  std::optional<Future<int>> later;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto [setter, future] = promise<int>();
    later = future;
    group.spawn([future = future]() -> Task<> {
      const auto result = co_await attempt(future);
      check_error(result, errors::closed);
      check(result.error().message().contains("Setter"));
    });
    co_await checkpoint();
    const Setter<int> moved = std::move(setter);
    check(moved.wanted());
  });
  check_error(co_await attempt(*later), errors::closed);
}

WASIO_TEST("C125", "a setter can tell that no future is left, and its value is then destroyed") {
  auto pair = promise<std::shared_ptr<int>>();
  const auto value = std::make_shared<int>(1);
  {
    const auto future = std::move(pair.future);
    check(pair.setter.wanted());
    check(!co_await move_on_after(0s, future));
  }
  check(!pair.setter.wanted());
  check(!pair.setter.set(value));
  check_equal(value.use_count(), 1);
}

WASIO_TEST("C125",
           "a cancelled wait changes nothing, and a value that was set first is delivered") {
  auto [setter, future] = promise<int>();
  int seen = 0;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto cancelled = group.spawn([&]() -> Task<> { seen = co_await future; });
    auto served = group.spawn([&]() -> Task<> { seen += co_await future; });
    co_await checkpoint();
    cancelled.cancel();
    setter.set(2);
    served.cancel();
  });
  check_equal(seen, 2);
  check_equal(co_await future, 2);
}

WASIO_TEST("C125", "the value may be void, a reference, or move-only: the last future takes it") {
  auto nothing = promise<>();
  nothing.setter.set();
  co_await nothing.future;
  int place = 0;
  auto reference = promise<int&>();
  reference.setter.set(place);
  check_equal(&co_await reference.future, &place);
  auto moved = promise<MoveOnly>();
  moved.setter.set(MoveOnly(3));
  check_equal(*(co_await moved.future).number, 3);
  const MoveOnly taken = co_await std::move(moved.future);
  check_equal(*taken.number, 3);
  auto shared = promise<std::string>();
  const auto copy = shared.future;
  shared.setter.set("kept");
  check_equal(co_await std::move(shared.future), "kept");
  check_equal(co_await copy, "kept");
}

} // namespace conformance
