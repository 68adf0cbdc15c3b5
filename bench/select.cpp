// Receiving from whichever of two channels has an item: by `select`, and by `race` of two callables
// that await the same, each in a task of its own.
#include "measure.h"
#include <wasio/channel.h>
#include <wasio/race.h>
#include <wasio/task_group.h>

#include <variant>

namespace bench {
namespace {

using Ends = wasio::ChannelPair<int>;

wasio::Task<> send(const Ends& to, int count) {
  for (int i = 0; i < count; ++i) co_await to.sender.send(i);
}

wasio::Task<> receive_by_select(const Ends& a, const Ends& b, int count) {
  for (int i = 0; i < count; ++i) {
    const auto won = co_await wasio::select(a.receiver.receive(), b.receiver.receive());
    sink = std::get<1>(won).value_or(0);
  }
}

wasio::Task<> receive_by_race(const Ends& a, const Ends& b, int count) {
  for (int i = 0; i < count; ++i) {
    const auto won = co_await wasio::race([&] { return a.receiver.receive(); },
                                          [&] { return b.receiver.receive(); });
    sink = std::get<1>(won).value_or(0);
  }
}

template <class Receive>
wasio::Task<double> nanoseconds_each(Receive receive, int count) {
  const auto a = wasio::channel<int>(0);
  const auto b = wasio::channel<int>(0);
  const auto start = Clock::now();
  co_await wasio::task_group([&](wasio::TaskGroup& group) {
    group.spawn(send(b, count));
    group.spawn(receive(a, b, count));
  });
  co_return std::chrono::duration<double, std::nano>(Clock::now() - start).count() / count;
}

} // namespace

wasio::Task<Selects> nanoseconds_per_select(int count) {
  co_return Selects{.by_select = co_await nanoseconds_each(receive_by_select, count),
                    .by_race = co_await nanoseconds_each(receive_by_race, count)};
}

} // namespace bench
