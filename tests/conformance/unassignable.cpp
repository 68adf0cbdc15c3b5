// C16: results and items that can be moved, but not assigned: they have const members or
// references.
#include "support.h"

#include <utility>
#include <vector>

namespace conformance {
namespace {

int shared = 0;

// Can be moved, but neither copied nor assigned.
struct Item {
  explicit Item(int number) : id(number), target(shared), number(std::make_unique<int>(number)) {}
  const int id;
  int& target;
  std::unique_ptr<int> number;
};
static_assert(std::move_constructible<Item> && !std::copy_constructible<Item> &&
              !std::is_move_assignable_v<Item>);

// Can be copied, but not assigned.
struct Label {
  const int id;
  const int& target = shared;
};

Task<Item> make(int number) {
  co_await checkpoint();
  co_return Item(number);
}
AsyncGenerator<Item> count(int last) {
  for (int i = 1; i <= last; ++i) {
    Item item(i);
    co_yield std::move(item);
  }
}
int sum(std::vector<Item> items) {
  int total = 0;
  for (const Item& item : items) total = 10 * total + *item.number;
  return total;
}

} // namespace

WASIO_TEST("C16", "a channel passes items that cannot be assigned") {
  for (const std::size_t capacity : {0u, 1u, 3u}) {
    auto [sender, receiver] = channel<Item>(capacity);
    co_await gather(
        [&]() -> Task<> {
          for (int i = 1; i <= 4; ++i) co_await sender.send(Item(i));
          sender.close();
        },
        [&]() -> Task<> {
          int next = 1;
          while (auto item = co_await receiver.receive()) check_equal(*item->number, next++);
          check_equal(next, 5);
        });
  }
  auto [sender, receiver] = channel<Item>(1);
  check(sender.try_send(Item(7)).has_value());
  Item refused(8);
  check_error(sender.try_send(std::move(refused)), errors::would_block);
  check_equal(*refused.number, 8);
  check_equal((*receiver.try_receive())->id, 7);
}

WASIO_TEST("C16", "so does a broadcast, if they can be copied") {
  auto news = broadcast<Label>(2, SlowReceiver::wait);
  auto mine = news.subscribe();
  co_await news.send(Label{1});
  check_equal((co_await mine.receive())->id, 1);
}

WASIO_TEST("C16", "a generator and its adaptors pass items that cannot be assigned") {
  auto items = count(2);
  check_equal((co_await items.next())->id, 1);
  auto next = items.next();
  check_equal((co_await next)->id, 2);
  check(!co_await next);
  check_equal(sum(co_await (count(3) | collect())), 123);
  check_equal(sum(co_await (count(9) | filter([](const Item& item) { return item.id % 2 == 0; }) |
                            take(3) | transform([](Item item) { return item; }) | collect())),
              246);
  check_equal(
      sum(co_await (count(9) | take_while([](const Item& item) { return item.id < 3; }) |
                    transform([](Item item) -> Task<Item> { co_return item; }) | collect())),
      12);
  auto numbered = co_await (count(2) | enumerate() | collect());
  check_equal(numbered[1].second.id, 2);
  auto chunks = co_await (count(3) | chunk(2) | collect());
  check_equal(chunks.size(), 2u);
  auto pairs = co_await (count(2) | zip(count(3)) | collect());
  check_equal(pairs[1].first.id, 2);
  check_equal(pairs.size(), 2u);
  int total = 0;
  co_await (count(3) | for_each([&](Item item) { total += item.id; }));
  check_equal(total, 6);
  const auto last = co_await (count(3) | fold(Item(0), [](Item before, Item item) {
                                return Item(10 * before.id + item.id);
                              }));
  check_equal(last.id, 123);
}

WASIO_TEST("C16", "so do flows and channels made of generators") {
  check_equal((co_await (merge(count(2), count(3)) | collect())).size(), 5u);
  for (const bool ordered : {false, true})
    check_equal(sum(co_await (count(3) |
                              transform([](Item item) -> Task<Item> { co_return item; },
                                        {.concurrency = 2, .ordered = ordered}) |
                              collect())),
                123);
  co_await task_group([](TaskGroup& group) -> Task<> {
    auto receiver = as_channel(group, count(3), 1);
    check_equal(sum(co_await (items(receiver) | collect())), 123);
  });
}

WASIO_TEST("C16", "combinators return values that cannot be assigned") {
  auto [a, b] = co_await gather(make(1), make(2));
  check_equal(*a.number + *b.number, 3);
  std::vector<Task<Item>> many;
  for (int i = 1; i <= 3; ++i) many.push_back(make(i));
  check_equal(sum(co_await gather(std::move(many))), 123);
  auto [c, d] = co_await gather_settled(make(1), make(2));
  check_equal(c->id + d->id, 3);
  many.clear();
  for (int i = 1; i <= 3; ++i) many.push_back(make(i));
  auto outcomes = co_await gather_settled(std::move(many));
  check_equal(outcomes[2]->id, 3);
  check_equal((co_await std::move(outcomes[1])).id, 2);
  auto won = co_await race(make(1), sleep_long());
  check_equal(std::get<0>(won).id, 1);
  many.clear();
  many.push_back(make(1));
  check_equal((co_await race(std::move(many))).second.id, 1);
  many.clear();
  for (int i = 1; i <= 3; ++i) many.push_back(make(i));
  int total = 0;
  co_await as_completed(std::move(many),
                        [&](std::size_t, Outcome<Item> outcome) { total += outcome->id; });
  check_equal(total, 6);
  check_equal((co_await attempt(make(1)))->id, 1);
  auto result = co_await attempt(make(1));
  check_equal((co_await std::move(result)).id, 1);
  check_equal((co_await move_on_after(1h, make(1)))->id, 1);
  check_equal((co_await fail_after(1h, make(1))).id, 1);
  check_equal((co_await shield(make(1))).id, 1);
  check_equal((co_await shield_for(1h, make(1)))->id, 1);
  CancelScope scope;
  check_equal((co_await scope.run(make(1)))->id, 1);
  check_equal((co_await guard(make(1), [] {})).id, 1);
  check_equal((co_await catch_group(make(1), on(broken, [](const Error&) {})))->id, 1);
  check_equal((co_await exit_stack([](ExitStack&) { return make(1); })).id, 1);
}

WASIO_TEST("C16", "so do groups, handles and start") {
  auto value = co_await task_group([](TaskGroup& group) -> Task<Item> {
    auto handle = group.spawn(make(1));
    check_equal((co_await handle).id, 1);
    check_equal((co_await std::move(handle)).id, 1);
    auto other = group.spawn(make(2), {.eager = true});
    co_await group.join();
    const auto started = co_await group.start<Item>(
        [](Started<Item>& started) -> Task<> { co_await started(Item(3)); });
    check_equal(started.id, 3);
    co_return Item(4);
  });
  check_equal(value->id, 4);
  auto later = background(make(1));
  check_equal((co_await std::move(later)).id, 1);
}
WASIO_TEST("C16", "so does run") {
  check_equal(run_virtually(make(5))->id, 5);
  co_return;
}
} // namespace conformance
