// C15: the compiler warns of a Task that would outlive what it refers to.
// with: -DWASIO_CHECK_LIFETIMES=1
#include <wasio/run.h>
#include <wasio/task.h>
#include <wasio/task_group.h>

#include <string>

using namespace wasio;

static Task<> use(const std::string& text) {
  static_cast<void>(text);
  co_return;
}

static Task<> store_one_made_from_a_temporary() {
  auto task = use(std::string("a")); // expect-warning: temporary whose address is used
  co_await std::move(task);
}

static Task<> store_the_task_of_a_capturing_lambda() {
  int x = 1;
  auto task = [x]() -> Task<int> { co_return x; }(); // expect-warning: temporary whose address
  co_await std::move(task);
}

static Task<> spawn_one_made_from_a_temporary() {
  co_await task_group([](TaskGroup& group) {
    group.spawn(use(std::string("a"))); // expect-warning: will be destroyed at the end
  });
}

static Task<> leave_one_made_from_a_temporary_in_the_background() {
  background(use(std::string("a"))); // expect-warning: will be destroyed at the end
  co_return;
}

static Task<> drop_a_task() {
  use("a"); // expect-warning: ignoring return value
  co_return;
}

Task<> all() {
  co_await store_one_made_from_a_temporary();
  co_await store_the_task_of_a_capturing_lambda();
  co_await spawn_one_made_from_a_temporary();
  co_await leave_one_made_from_a_temporary_in_the_background();
  co_await drop_a_task();
}
