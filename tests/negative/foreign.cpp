// C72: wasio's awaitables work in its own coroutines only, and adopt takes only foreign ones.
#include <wasio/wasio.h>

#include <coroutine>

using namespace wasio;
using namespace std::chrono_literals;

static Task<int> one() {
  co_return 1;
}

// One type per coroutine: the compiler explains an error once per type.
template <int>
struct Foreign {
  struct promise_type {
    Foreign get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
};

Foreign<0> await_a_task() {
  co_await one(); // expect-error: only in a wasio::Task
}

Foreign<1> await_a_handle(TaskHandle<int> handle) {
  co_await handle; // expect-error: only in a wasio::Task
}

Foreign<2> await_an_operation() {
  co_await sleep(1s); // expect-error: only in a wasio::Task
}

Foreign<3> await_a_combinator() {
  co_await task_group([](TaskGroup&) {}); // expect-error: only in a wasio::Task
}

Task<> adopt_what_is_of_wasio() {
  co_await adopt(one()); // expect-error: no matching function for call to 'adopt'
}

Task<> adopt_what_cannot_be_awaited() {
  co_await adopt(1); // expect-error: no matching function for call to 'adopt'
}
