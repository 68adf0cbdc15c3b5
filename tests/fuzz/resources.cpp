// Random blocks that hold a lock or a permit, generators, and streams.
#include "../toys/toy_streams.h"
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

// What is known of a toy stream, independently of the library.
struct ToyModel {
  const std::string& text;
  std::size_t certain = 0;  // the bytes of the sends that have ended
  std::size_t possible = 0; // with the send that was under way
  std::string got;
  bool receiver_closed = false;
};

// Sends pieces until one is cancelled or fails; then ends the data in one of three ways.
Task<> send_to_toy(World& world, std::unique_ptr<SendHalf> sender, ToyModel& model) {
  while (model.certain < model.text.size()) {
    const std::size_t count =
        std::min<std::size_t>(world.below(40), model.text.size() - model.certain);
    model.possible = model.certain + count;
    const Duration limit = world.below(8) == 0 ? world.span() : Duration::forever();
    const auto bytes = as_bytes(model.text).subspan(model.certain, count);
    const auto sent = co_await attempt(move_on_after(limit, sender->send_all(bytes)));
    must(sent || (model.receiver_closed && sent.error().is(errors::closed)),
         "a send failed although a receiver is there");
    if (!sent || !*sent) break;
    model.certain = model.possible;
  }
  const unsigned way = world.below(3);
  if (way == 0) co_await sender->aclose();
  if (way == 1) co_await sender->send_eof();
}

// Receives in pieces until the end, an error, or its own close.
Task<> receive_from_toy(World& world, ReceiveStream& receiver, ToyModel& model,
                        std::size_t cut_after) {
  std::byte room[60];
  for (;;) {
    world.steps_for_bytes += 10;
    const Duration limit = world.below(2) ? world.span() : Duration::forever();
    if (world.below(4) == 0) co_await attempt(move_on_after(limit, receiver.readable()));
    if (world.below(64) == 63) {
      model.receiver_closed = true;
      co_await receiver.aclose();
    }
    const std::span into(room, 1 + world.below(60));
    const auto received = co_await attempt(move_on_after(limit, receiver.receive_into(into)));
    if (!received) {
      const bool expected = model.receiver_closed
                                ? received.error().is(errors::closed)
                                : received.error().is(toys::cut) && model.got.size() == cut_after;
      must(expected, "a receive failed for another reason");
      model.receiver_closed = true; // nothing will be received any more
      co_return co_await receiver.aclose();
    }
    if (!*received) continue;
    must(!model.receiver_closed, "a closed stream has received");
    const std::size_t count = **received;
    if (count == 0) break;
    model.got.append(reinterpret_cast<const char*>(room), count);
    must(model.text.starts_with(model.got), "a stream has lost bytes or reordered them");
  }
  must(model.got.size() >= model.certain && model.got.size() <= model.possible,
       "a stream has ended elsewhere than its data");
}

std::string letters(World& world) {
  std::string text;
  for (unsigned size = world.byte(); text.size() < size;)
    text += static_cast<char>('a' + text.size() % 26);
  return text;
}

// A stream over a driver of either style that is late, cuts pieces, and may fail.
Task<> in_toy_stream(World& world) {
  const auto wire = std::make_shared<toys::Wire>(world.byte(), 1 + world.below(64));
  const auto style = world.below(2) ? toys::Style::readiness : toys::Style::completion;
  if (world.below(4) == 0) wire->cut_after = world.byte();
  const std::string text = letters(world);
  world.steps_for_bytes += 200 + 60 * static_cast<int>(text.size());
  ToyModel model{.text = text, .got = {}};
  const auto receiver = toys::toy_receiver(wire, style);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(send_to_toy(world, toys::toy_sender(wire, style), model));
    co_await receive_from_toy(world, *receiver, model, wire->cut_after);
  });
}

} // namespace

Task<> in_stream(Actor& actor, const Model&, TaskGroup*, int) {
  World& world = actor.world;
  if (world.below(3) != 0) co_return co_await in_toy_stream(world);
  auto [sender, receiver] = memory_pipe({.high_water = std::size_t{1} + world.below(16),
                                         .max_chunk = std::size_t{1} + world.below(7)});
  const std::string text = letters(world);
  world.steps_for_bytes += 20 + 4 * static_cast<int>(text.size());
  const auto read = co_await attempt(task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(send_in_pieces(world, std::move(sender), text));
    co_await read_in_pieces(world, receiver, text);
  }));
  // A shield raised after a cancel may spare the reader, but not the sender.
  must(read || (world.shields_rise && read.error().has(errors::incomplete)), "a stream failed");
}

} // namespace fuzz
