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
  co_await std::suspend_always(); // expect-error: wrap anything else in a Wait
}

struct Foreign {
  struct promise_type {
    Foreign get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
};

Foreign await_a_task_in_a_foreign_coroutine() {
  co_await one(); // expect-error: no member named 'await_ready'
}
