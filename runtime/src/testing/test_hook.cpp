#include "test_hook.h"

#include <wasio/testing/for_each_seed.h>

#include <new>

WASIO_BEGIN
namespace detail {

TestHook* TestHook::of(Scheduler& scheduler) {
  if (!scheduler.idle_hook())
    if (auto* const made = new (std::nothrow) TestHook(scheduler))
      scheduler.set_idle_hook(std::unique_ptr<IdleHook>(made));
  return static_cast<TestHook*>(scheduler.idle_hook());
}

void shuffle(Scheduler& scheduler, std::optional<std::uint64_t> seed) {
  TestHook* const hook = TestHook::of(scheduler);
  if (!hook) panic("shuffle(): out of memory");
  hook->shuffle(seed);
}

void TestHook::shuffle(std::optional<std::uint64_t> seed) {
  shuffling_ = seed.has_value();
  scheduler_.random() = Random(seed.value_or(0));
  // Ready tasks belong to the next pass; without shuffling, that is in the queue.
  if (!seed) return queue_kept();
  while (TaskRecord* const task = scheduler_.take_ready()) kept_.push_back(task);
}

void TestHook::queue_kept() {
  for (TaskRecord* const task : kept_) scheduler_.queue_now(*task);
  kept_.clear();
}

bool TestHook::keep(TaskRecord& task) {
  if (!shuffling_) return false;
  kept_.push_back(&task);
  return true;
}

bool TestHook::begin_pass() {
  if (kept_.empty()) return false;
  for (std::size_t left = kept_.size(); left > 1; --left)
    std::swap(kept_[left - 1], kept_[scheduler_.random().below(left)]);
  queue_kept();
  return true;
}

namespace {

// The first of the waits with the smallest cushion; null if there are no waits.
AllBlocked* smallest_cushion(const List<AllBlocked>& waits) {
  AllBlocked* smallest = waits.first();
  for (AllBlocked* wait = smallest; wait; wait = List<AllBlocked>::after(*wait))
    if (wait->cushion() < smallest->cushion()) smallest = wait;
  return smallest;
}

} // namespace

void TestHook::nothing_ready(bool after_steps) {
  using Waits = List<AllBlocked>;
  if (after_steps)
    for (AllBlocked* wait = waits_.first(); wait; wait = Waits::after(*wait)) wait->restart();
  AllBlocked* const first = smallest_cushion(waits_);
  if (!first || !first->is_over(scheduler_.loop().time_passes())) return;
  // Wake only the waits in the list now: one that begins again must wait for all tasks to block.
  const Duration cushion = first->cushion();
  for (AllBlocked *wait = first, *next; wait; wait = next) {
    next = Waits::after(*wait);
    if (wait->cushion() != cushion) continue;
    waits_.remove(*wait);
    wait->wake();
  }
}

Error error_under_seed(std::uint64_t seed, Error error) {
  return Error(error.kind(), join_text("failed with seed ", seed)).with_cause(std::move(error));
}

} // namespace detail
WASIO_END
