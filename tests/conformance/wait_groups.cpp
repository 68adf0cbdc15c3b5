// C128: wait groups.
#include "support.h"

namespace conformance {

WASIO_TEST("C128",
           "`wait` completes when all announced work is done, and immediately without any") {
  WaitGroup work;
  Log log;
  co_await work.wait();
  work.add(2);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    for (const char* name : {"a", "b"})
      group.spawn([&log, &work, name]() -> Task<> {
        co_await work.wait();
        log.add(name);
      });
    co_await let_others_run();
    work.done();
    co_await let_others_run();
    check_equal(work.pending(), 1u);
    log.add("last");
    work.done();
    check_equal(work.waiting(), 0u);
    work.add(); // of a later round
  });
  check_equal(log, "last a b");
  work.done();
}

WASIO_TEST("C128", "work that travels with the items of a channel: all have been processed") {
  struct Job {
    int number;
    PendingWork pending;
  };
  WaitGroup work;
  auto [sender, receiver] = channel<Job>(2);
  int sum = 0;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    for (int i = 0; i < 3; ++i)
      group.spawn([&, receiver = receiver]() -> Task<> {
        while (auto job = co_await receiver.receive()) {
          co_await let_others_run(job->number);
          sum += job->number;
        }
      });
    for (int i = 1; i <= 10; ++i) co_await sender.send({i, work.start()});
    co_await work.wait();
    check_equal(sum, 55);
    sender.close();
  });
}

WASIO_TEST("C128", "an item that is dropped or cut off by a cancel counts as done") {
  WaitGroup work;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto [sender, receiver] = channel<PendingWork>(4);
    auto cut_off = group.spawn([receiver = receiver]() -> Task<> {
      auto item = co_await receiver.receive();
      co_await sleep_long();
    });
    co_await sender.send(work.start());
    co_await sender.send(work.start());
    co_await let_others_run();
    check_equal(work.pending(), 2u);
    cut_off.cancel();
    receiver.close();
    co_await work.wait();
  });
  check_equal(work.pending(), 0u);
}

WASIO_TEST("C128", "moved work is counted once") {
  WaitGroup work;
  auto first = work.start();
  auto second = std::move(first);
  check(!first && second);
  second = work.start();
  check_equal(work.pending(), 1u);
  second.done();
  co_await work.wait();
}

} // namespace conformance
