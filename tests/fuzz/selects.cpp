// Selects and mixed races over every kind of wait. What is exchanged are numbered items: each is
// either where it was, or in the channel, or has been received once.
#include "actions.h"

namespace fuzz {
namespace {

// An item that its task tries to send. It has gone exactly if the send took effect.
class Offer {
 public:
  explicit Offer(World& world)
      : item(std::make_unique<int>(++world.market.items)), world_(world), number_(*item) {}
  Offer(const Offer&) = delete;
  Offer& operator=(const Offer&) = delete;
  // A task that is cancelled gets here, too.
  ~Offer() {
    if (sent_ || in_race || world_.abandoned) return;
    must(item != nullptr, "an item has gone with a send that had no effect");
    must(!world_.market.received.contains(number_), "an item was received but not sent");
  }
  void sent() {
    must(item == nullptr, "a send took effect, and its item is still there");
    sent_ = true;
    ++world_.market.sent;
  }

  std::unique_ptr<int> item;
  bool in_race = false; // see `Market::unfinished`

 private:
  World& world_;
  int number_;
  bool sent_ = false;
};

void receive(World& world, const std::optional<std::unique_ptr<int>>& item) {
  must(item && *item, "a receive without an item");
  must(world.market.received.insert(**item).second, "an item was received twice");
}

Task<> from_two(World& world, SelectOptions options) {
  auto won = co_await select(options, world.market.direct.receiver.receive(),
                             world.market.buffered.receiver.receive(), sleep(world.span()));
  if (won.index() == 0) receive(world, std::get<0>(won));
  if (won.index() == 1) receive(world, std::get<1>(won));
}

Task<> to_two(World& world, SelectOptions options) {
  Offer a(world);
  Offer b(world);
  const auto won =
      co_await select(options, world.market.direct.sender.send_from(a.item),
                      world.market.buffered.sender.send_from(b.item), world.market.bell.wait());
  if (won.index() == 0) a.sent();
  if (won.index() == 1) b.sent();
}

// The same channel in both directions.
Task<> both_ways(World& world, SelectOptions options) {
  Offer offer(world);
  auto& pair = world.below(2) ? world.market.direct : world.market.buffered;
  auto won = co_await select(options, pair.sender.send_from(offer.item), pair.receiver.receive(),
                             world.limiter.acquire(), sleep(world.span()));
  if (won.index() == 0) offer.sent();
  if (won.index() == 1) receive(world, std::get<1>(won));
  if (won.index() == 2) co_await checkpoint(); // with the permit
}

Task<> what_is_held(World& world, SelectOptions options) {
  auto won = co_await select(options, world.mutex.lock(), world.barrier.wait(),
                             world.limiter.acquire(), world.market.bell.wait());
  if (won.index() == 0) {
    must(world.locked == 0, "two tasks hold a mutex");
    const Counted inside(world.locked);
    co_await checkpoint();
  }
  if (world.handles.empty()) co_return;
  auto handle = world.handles[world.below(static_cast<unsigned>(world.handles.size()))].first;
  co_await attempt(select(options, world.mutex.lock(), handle, sleep(world.span())));
}

Task<> news(World& world, SelectOptions options) {
  auto reader = world.market.news.subscribe();
  auto [ours, theirs] = memory_stream_pair();
  for (unsigned count = 1 + world.below(3); count > 0; --count) {
    ++world.operations;
    auto won = co_await select(options, reader.receive(), world.market.news.send(++world.numbers),
                               ours.readable(), sleep(world.span()));
    if (won.index() == 0) must(std::get<0>(won).has_value(), "the news ended");
    if (won.index() == 2) must(false, "a stream without bytes was readable");
  }
}

// A body beside waits: at most one of them takes effect.
Task<> mixed(Actor& actor, const Model& around, TaskGroup*, int depth) {
  World& world = actor.world;
  Offer offer(world);
  int running = 0;
  bool ended = false;
  ++world.market.unfinished;
  offer.in_race = true;
  const auto body = [&, child = new_actor(world, &running)]() -> Task<> {
    co_await act(child, &around, nullptr, depth);
    ended = true;
  };
  auto won = co_await attempt(race(world.market.buffered.receiver.receive(), body,
                                   world.market.direct.sender.send_from(offer.item)));
  --world.market.unfinished;
  offer.in_race = false;
  must(running == 0, "a race ended before its branches");
  if (!won) co_return;
  if (won->index() == 0) receive(world, std::get<0>(*won));
  if (won->index() == 1) must(ended, "a body won that has not ended");
  if (won->index() == 2) offer.sent();
}

} // namespace

void check_market(World& world) {
  if (world.abandoned) return;
  Market& market = world.market;
  for (auto* const pair : {&market.direct, &market.buffered}) {
    must(pair->sender.statistics().sending + pair->sender.statistics().receiving == 0,
         "a channel has waiters when all tasks have ended");
    while (auto item = pair->receiver.try_receive()) receive(world, *item);
  }
  const int missing = market.sent - static_cast<int>(market.received.size());
  must(missing >= -market.unfinished, "an item was received but not sent");
  must(missing <= market.unfinished, "an item was lost");
  must(market.bell.waiting() == 0, "an event has waiters when all tasks have ended");
}

Task<> in_select(Actor& actor, const Model& around, TaskGroup* group, int depth) {
  World& world = actor.world;
  const SelectOptions options{.fair = world.below(3) == 0};
  const unsigned how = world.below(8);
  if (how == 6) co_return co_await mixed(actor, around, group, depth);
  if (how == 7) {
    world.market.bell.set();
    world.market.bell.clear();
    co_return;
  }
  using Exchange = Task<>(World&, SelectOptions);
  constexpr Exchange* exchanges[] = {from_two, to_two, both_ways, what_is_held, news, from_two};
  const bool dead = around.reached();
  const bool whole = co_await move_on_after(world.span(), exchanges[how](world, options));
  must(!dead || !whole, "a select completed in a cancelled scope");
}

} // namespace fuzz
