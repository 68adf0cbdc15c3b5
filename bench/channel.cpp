// Sending an item to another task and back, through channels of capacity one.
#include "measure.h"
#include "work.h"
#include <wasio/channel.h>
#include <wasio/task_group.h>

namespace bench {
namespace {

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

wasio::Task<> ours(int count) {
  auto [to_echo, at_echo] = wasio::channel<int>(1);
  auto [to_call, at_call] = wasio::channel<int>(1);
  co_await wasio::task_group([&](wasio::TaskGroup& group) {
    group.spawn(echo(at_echo, std::move(to_call)));
    group.spawn(call(std::move(to_echo), at_call, count));
  });
}

} // namespace

const Measure channel_round_trip{"channel_round_trip", ours, nullptr};

} // namespace bench
