// What cannot work does not compile, and says what to do instead.
#include <wasio/race.h>
#include <wasio/task.h>

#include <coroutine>

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

Task<> await_a_foreign_awaitable() {
  co_await std::suspend_always(); // expect-error: through wasio::adopt(x)
}
