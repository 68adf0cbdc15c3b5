// What still works after memory was exhausted. The program has 64 MB; each line of its output says
// what held, or what did not. With the argument `panic` it panics while memory is exhausted.
#include <wasio/wasio.h>

#include <chrono>
#include <new>
#include <string>
#include <utility>
#include <vector>

using namespace wasio;

namespace {

// More than is left beside the frames of a recursion that has used up the rest.
constexpr std::size_t large = 24U << 20U;

// Ends when memory does.
Task<std::size_t> descend(std::size_t depth = 0) {
  if (depth == SIZE_MAX) co_return depth;
  co_return 1 + co_await descend(depth + 1);
}

// All memory that `operator new` can get, down to the smallest blocks.
class Hoard {
 public:
  Hoard() {
    for (std::size_t size = 1U << 20U; size >= sizeof(Piece); size /= 2)
      while (void* const block = ::operator new(size, std::nothrow))
        first_ = new (block) Piece{first_};
  }
  Hoard(const Hoard&) = delete;
  ~Hoard() {
    while (first_) ::operator delete(std::exchange(first_, first_->next));
  }

  bool empty() const { return !first_; }

 private:
  struct Piece {
    Piece* next;
  };
  Piece* first_ = nullptr;
};

template <class... Pieces>
Task<> say(const Pieces&... pieces) {
  co_await print(join_text(pieces..., "\n"));
}

// Fills the strings and vectors of a program, which `operator new` makes.
Task<> check_that_memory_is_back(std::string_view after) {
  {
    const std::string text(large, 'x');
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < large / 4 / sizeof i; ++i) numbers.push_back(i);
    if (text.back() != 'x' || numbers.back() + 1 != numbers.size()) co_await say("damaged memory");
  }
  co_await say("memory is back after ", after);
}

// The program's own handler, set before the first task.
int own_handler_calls = 0;
void own_handler() {
  ++own_handler_calls;
  std::set_new_handler(nullptr);
}
const std::new_handler before_own = std::set_new_handler(own_handler);

Task<> after_recursion() {
  for (int i = 0; i < 3; ++i) {
    const auto deep = co_await attempt(descend());
    if (deep || !deep.error().is(errors::out_of_memory)) co_await say("recursion: ended");
    co_await check_that_memory_is_back("a recursion");
  }
}

Task<> after_trim() {
  co_await attempt(descend());
  const std::size_t kept = memory_use().free_bytes;
  trim_memory();
  const std::size_t left = memory_use().free_bytes;
  if (kept < large || left > kept / 100) co_await say("trim: ", kept, " bytes, then ", left);
  co_await check_that_memory_is_back("a trim");
}

Task<> sleeper() {
  co_await sleep(Duration::forever());
}

// A spawn that finds no memory is an error of the group, which ends the others.
Task<> after_crowd() {
  const auto crowd = co_await attempt(task_group([](TaskGroup& group) -> Task<> {
    for (;;) {
      group.spawn(sleeper);
      co_await checkpoint();
    }
  }));
  if (crowd || !crowd.error().has(errors::out_of_memory)) co_await say("crowd: ended");
  co_await check_that_memory_is_back("a crowd of tasks");
}

// A program's own allocations that fail without ending it, such as those of `std::nothrow`.
Task<> after_hoard() {
  if (own_handler_calls != 0) co_await say("handler: called although a trim helped");
  co_await attempt(descend());
  {
    const Hoard hoard; // takes the slabs
    if (memory_use().free_bytes > large / 100) co_await say("hoard: ", memory_use().free_bytes);
  }
  if (own_handler_calls != 1) co_await say("handler: called ", own_handler_calls, " times");
  // The next turn trims again, although no slab is made until then.
  co_await attempt([]() -> Task<> {
    const auto deep = co_await attempt(descend());
    const Hoard hoard;
    co_await fail(deep.error());
  });
  co_await sleep(std::chrono::milliseconds(1));
  co_await check_that_memory_is_back("a hoard");
}

// Children that all fail for lack of memory, which the others still hold.
Task<> after_failures() {
  const auto failures = co_await attempt(task_group([](TaskGroup& group) {
    for (int i = 0; i < 100; ++i) {
      group.spawn([]() -> Task<> {
        const Hoard hoard;
        co_await shield(checkpoint());
        co_await descend();
      });
    }
  }));
  if (failures || !failures.error().has(errors::out_of_memory)) co_await say("failures: ended");
  co_await check_that_memory_is_back("failed tasks");
}

// A handler that the program has set later replaces the runtime's.
Task<> after_another_handler() {
  const std::new_handler before = std::set_new_handler(own_handler);
  co_await attempt(descend());
  co_await sleep(std::chrono::milliseconds(1));
  const bool stays = std::set_new_handler(before) == own_handler;
  if (!stays) co_await say("handler: replaced");
  co_await check_that_memory_is_back("another handler");
}

Task<int> use_up_memory(Args args) {
  if (!args.empty() && args[0] == "panic") {
    const Hoard hoard;
    panic("memory is exhausted");
  }
  co_await after_recursion();
  co_await after_trim();
  co_await after_crowd();
  co_await after_hoard();
  co_await after_failures();
  co_await after_another_handler();
  co_return 0;
}

} // namespace

WASIO_MAIN(use_up_memory)
