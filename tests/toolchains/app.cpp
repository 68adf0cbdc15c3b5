// Instantiates much of wasio, in a project that asks for more warnings than wasio itself does.
#include <wasio/testing.h>
#include <wasio/wasio.h>

#include <chrono>
#include <deque>
#include <memory>
#include <vector>

using namespace wasio;

static_assert(__cplusplus > 202302L);

namespace {

template <class T>
void make_and_destroy() {
  std::deque<T> objects;
  objects.emplace_back();
  const auto owned = std::make_unique<T>();
}

Task<int> double_of(int value) {
  co_await checkpoint();
  co_return 2 * value;
}

Task<int> use(Args args) {
  make_and_destroy<Mutex>();
  make_and_destroy<Event>();
  make_and_destroy<CancelScope>();
  make_and_destroy<MockClock>();
  std::vector<Task<int>> several;
  several.push_back(double_of(1));
  co_await gather(double_of(1), double_of(2));
  co_await gather_settled(std::move(several));
  co_await race(double_of(1), double_of(2));
  co_await task_group([&](TaskGroup& group) { group.spawn(double_of(3)); });
  auto [sender, receiver] = channel<int>(1);
  co_await sender.send(1);
  const auto first = co_await receiver.receive();
  const auto ticks = co_await (interval(std::chrono::milliseconds(1)) | take(2) | collect());
  co_return static_cast<int>(args.size() + ticks.size()) + first.value_or(0);
}

} // namespace

WASIO_MAIN(use)
