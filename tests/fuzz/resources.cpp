// Random blocks that hold a lock or a permit, generators, and streams.
#include "actions.h"

#include <algorithm>
#include <string>

namespace fuzz {

Task<> in_lock(Actor& actor, const Model& around, TaskGroup* group, int depth) {
  World& world = actor.world;
  auto lock = co_await move_on_after(world.span(), world.mutex.lock());
  if (!lock) co_return;
  must(world.locked == 0, "two tasks hold a mutex");
  if (world.below(3) == 0) {
    // A wait that is cancelled holds the lock again, too.
    co_await move_on_after(world.span(), world.condition.wait(*lock));
    must(world.locked == 0 && *lock, "a condition did not give the lock back");
  }
  const Counted inside(world.locked);
  world.condition.notify(world.below(3));
  co_await block(actor, around, group, depth);
}

Task<> in_permit(Actor& actor, const Model& around, TaskGroup* group, int depth) {
  World& world = actor.world;
  auto permit = co_await move_on_after(world.span(), world.limiter.acquire());
  if (!permit) co_return;
  if (world.below(4) == 0) world.limiter.set_total(1 + world.below(3));
  co_await block(actor, around, group, depth);
}

namespace {

AsyncGenerator<int> numbers(Actor& actor, const Model& around, int depth) {
  World& world = actor.world;
  const Probe first(actor, ++world.numbers);
  for (int number = 0; !world.over() && world.below(4) != 0; ++number) {
    co_await block(actor, around, nullptr, depth);
    const Probe each(actor, ++world.numbers);
    co_yield number;
  }
}

} // namespace

// Consumes as many values as the bytes say; the generator is dropped wherever it is.
Task<> in_generator(Actor& actor, const Model& around, TaskGroup* group, int depth) {
  World& world = actor.world;
  auto source = numbers(actor, around, depth) | filter([](int number) { return number % 3 != 2; });
  int last = -1;
  while (auto number = co_await source.next()) {
    must(*number > last && *number % 3 != 2, "a generator yielded another value");
    last = *number;
    if (world.below(3) == 0) co_return;
    co_await block(actor, around, group, depth);
  }
  must(source.ended(), "a generator has not ended");
}

namespace {

Task<> send_in_pieces(World& world, MemorySender sender, const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t count = std::min<std::size_t>(1 + world.below(40), text.size() - at);
    co_await sender.send_all(as_bytes(text).subspan(at, count));
    at += count;
  }
}

// What is read is a prefix of what is sent; a read that is cancelled has consumed nothing.
Task<> read_in_pieces(World& world, MemoryReceiver& receiver, const std::string& text) {
  BufferedReader reader(receiver, {.buffer_size = 1 + world.below(32)});
  std::string got;
  while (got.size() < text.size()) {
    const std::size_t count = std::min<std::size_t>(1 + world.below(60), text.size() - got.size());
    const Duration limit = world.below(2) ? world.span() : Duration::forever();
    world.steps_for_bytes += 4;
    if (auto piece = co_await move_on_after(limit, reader.read_exactly(count))) got += *piece;
    must(text.starts_with(got), "a stream has lost bytes or reordered them");
  }
  must(!co_await reader.next_lines(), "a stream has more bytes than were sent");
}

} // namespace

Task<> in_stream(Actor& actor, const Model&, TaskGroup*, int) {
  World& world = actor.world;
  auto [sender, receiver] = memory_pipe({.high_water = std::size_t{1} + world.below(16),
                                         .max_chunk = std::size_t{1} + world.below(7)});
  std::string text;
  for (unsigned size = world.byte(); text.size() < size;)
    text += static_cast<char>('a' + text.size() % 26);
  world.steps_for_bytes += 20 + 4 * static_cast<int>(text.size());
  const auto read = co_await attempt(task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(send_in_pieces(world, std::move(sender), text));
    co_await read_in_pieces(world, receiver, text);
  }));
  // A shield raised after a cancel may spare the reader, but not the sender.
  must(read || (world.shields_rise && read.error().has(errors::incomplete)), "a stream failed");
}

} // namespace fuzz
