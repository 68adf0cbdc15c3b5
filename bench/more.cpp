// What the bare scale has no counterpart for. Each awaits one child that completes at once, so the
// cost of `await_child` is in the figures of the scope and the timer.
#include "measure.h"
#include "work.h"
#include <wasio/cancel_scope.h>
#include <wasio/channel.h>
#include <wasio/task_group.h>

namespace bench {
namespace {

using namespace std::chrono_literals;

[[gnu::noinline]] wasio::Task<int> child(int value) {
  co_return leaf(value);
}

wasio::Task<> enter_and_leave(int count) {
  int value = 0;
  for (int i = 0; i < count; ++i) {
    wasio::CancelScope scope;
    value = *co_await scope.run(child(value));
  }
  sink = value;
}

wasio::Task<> set_and_cancel(int count) {
  int value = 0;
  for (int i = 0; i < count; ++i) value = *co_await wasio::move_on_after(1h, child(value));
  sink = value;
}

wasio::Task<> echo(wasio::Receiver<int>& in, wasio::Sender<int> out) {
  while (auto item = co_await in.receive()) co_await out.send(*item);
}

wasio::Task<> call(wasio::Sender<int> out, wasio::Receiver<int>& in, int count) {
  int value = 0;
  for (int i = 0; i < count; ++i) {
    co_await out.send(value);
    value = leaf(*co_await in.receive());
  }
  sink = value;
}

wasio::Task<> round_trips(int count) {
  auto [to_echo, at_echo] = wasio::channel<int>(1);
  auto [to_call, at_call] = wasio::channel<int>(1);
  co_await wasio::task_group([&](wasio::TaskGroup& group) {
    group.spawn(echo(at_echo, std::move(to_call)));
    group.spawn(call(std::move(to_echo), at_call, count));
  });
}

} // namespace

const Measure scope{"scope", enter_and_leave, nullptr};
const Measure timer_set_cancel{"timer_set_cancel", set_and_cancel, nullptr};
const Measure channel_round_trip{"channel_round_trip", round_trips, nullptr};

} // namespace bench
