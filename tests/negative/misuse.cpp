// Code that cannot work does not compile, and the error says what to do instead.
#include <wasio/async_generator.h>
#include <wasio/cancel_scope.h>
#include <wasio/channel.h>
#include <wasio/condition.h>
#include <wasio/guard.h>
#include <wasio/race.h>
#include <wasio/sleep.h>
#include <wasio/task.h>
#include <wasio/task_group.h>

#include <chrono>
#include <coroutine>
#include <memory>
#include <string>

using namespace wasio;

static Task<int> one() {
  co_return 1;
}

Task<int> await_a_task_by_name() {
  auto task = one();
  co_return co_await task; // expect-error: co_await std::move(task)
}

Task<> race_nobody() {
  co_await race(); // expect-error: no matching function for call to 'race'
}

// C26: what cannot be stopped at any time is for `race`.
Task<> select_a_task() {
  co_await select(one(), sleep(std::chrono::seconds(1))); // expect-error: use race()
}

Task<> select_a_condition(Condition& condition, MutexLock& lock) {
  co_await select(condition.wait(lock)); // expect-error: use race()
}

Task<> select_the_send_of_a_move_only_item(Sender<std::unique_ptr<int>> sender) {
  co_await select(sender.send(nullptr)); // expect-error: send_from(item)
}

Task<> await_a_foreign_awaitable() {
  co_await std::suspend_always(); // expect-error: through wasio::adopt(x)
}

// C113: a cancel or a failure inside would hit a consumer that it was not meant for.
AsyncGenerator<int> yield_in_a_scope() {
  co_await move_on_after(std::chrono::seconds(1), []() -> Task<> {
    co_yield 1; // expect-error: co_yield belongs in an AsyncGenerator, not in a Task
  });
}

// C116
Task<> loop_over_a_generator(AsyncGenerator<int> numbers) {
  for (int number : numbers) { // expect-error: while (auto item = co_await generator.next())
    static_cast<void>(number);
  }
  co_return;
}

AsyncGenerator<int> yield_in_a_group() {
  co_await task_group([](TaskGroup&) -> Task<> {
    co_yield std::string("b"); // expect-error: co_yield belongs in an AsyncGenerator, not in a Task
  });
}

AsyncGenerator<int> yield_in_a_guard() {
  co_await guard(one(), []() -> Task<> {
    co_yield 'c'; // expect-error: yield that outside
  });
}
