#include <wasio/testing/for_each_seed.h>

#include <vector>

WASIO_BEGIN
namespace {

// xorshift64: small, and the same everywhere.
std::uint64_t next_random(std::uint64_t& state) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

} // namespace

void Runtime::shuffle(std::optional<std::uint64_t> seed) {
  // Scrambles the seed, so that adjacent seeds give different orders from the start; the state must
  // not be 0.
  shuffle_state_ = seed ? (*seed + 1) * 0x9e3779b97f4a7c15U | 1U : 0;
  left_in_pass_ = 0;
  set(shuffling, seed.has_value());
}

// Shuffles the ready queue at the start of a pass; within a pass it only counts steps.
void Runtime::begin_shuffled_pass() {
  if (left_in_pass_ != 0) {
    --left_in_pass_;
    return;
  }
  std::vector<detail::TaskRecord*> tasks;
  for (auto* task = first_ready_; task; task = task->next_ready) tasks.push_back(task);
  for (std::size_t left = tasks.size(); left > 1; --left)
    std::swap(tasks[left - 1], tasks[next_random(shuffle_state_) % left]);
  first_ready_ = nullptr;
  ready_end_ = &first_ready_;
  for (auto* task : tasks) append_ready(*task);
  left_in_pass_ = static_cast<std::uint32_t>(tasks.size() - 1);
}

namespace detail {

Error error_under_seed(std::uint64_t seed, Error error) {
  return Error(error.kind(), join_text("failed with seed ", seed)).with_cause(std::move(error));
}

} // namespace detail
WASIO_END
