// C100 to C104: context variables.
#include "support.h"

#include <array>
#include <map>

namespace conformance {
namespace {

ContextVar depth("depth", 0);
ContextVar<std::string> user("user");

// Read while the program's globals are initialized, before any task runs.
const int depth_before_all_tasks = depth.get();
const bool user_before_all_tasks = user.try_get() != nullptr;

template <class Var>
concept HasGet = requires(const Var& var) { var.get(); };
static_assert(HasGet<decltype(depth)> && !HasGet<decltype(user)>);
// The conversion would lose the default.
static_assert(!std::convertible_to<decltype(depth)&, ContextVar<int>&>);

Task<int> depth_now() {
  co_return depth.get();
}
Task<int> depth_later() {
  co_await sleep(1ms);
  co_return depth.get();
}

} // namespace

WASIO_TEST("C100", "a token restores once, even to unset") {
  check(user.try_get() == nullptr);
  {
    const auto token = user.set("ann");
    check_equal(*user.try_get(), "ann");
    {
      auto inner = user.set(std::string("bob"));
      check_equal(*user.try_get(), "bob");
      auto moved = std::move(inner);
      check_equal(*user.try_get(), "bob");
      moved.restore();
      check_equal(*user.try_get(), "ann");
      const auto again = user.set("cid");
      moved.restore();
      check_equal(*user.try_get(), "cid");
    }
    check_equal(*user.try_get(), "ann");
  }
  check(user.try_get() == nullptr);
  check_equal(user.name(), "user");
  co_return;
}

WASIO_TEST("C100", "a variable with a default has a value everywhere") {
  check_equal(depth.get(), 0);
  const auto token = depth.set(3);
  check_equal(depth.get(), 3);
  check_equal(*depth.try_get(), 3);
  check_equal(co_await depth_now(), 3);
}

WASIO_TEST("C100", "outside any task, variables have their defaults") {
  check_equal(depth_before_all_tasks, 0);
  check(!user_before_all_tasks);
  co_return;
}

WASIO_TEST("C100", "errors and cancels restore a token; inner destructors still see its value") {
  check_error(co_await attempt([]() -> Task<> {
                const auto token = depth.set(1);
                const AtExit at_exit([] { check_equal(depth.get(), 1); });
                co_await fail(broken);
              }),
              broken);
  check_equal(depth.get(), 0);
  co_await move_on_after(0ms, []() -> Task<> {
    const auto token = depth.set(2);
    const AtExit at_exit([] { check_equal(depth.get(), 2); });
    co_await sleep_long();
  });
  check_equal(depth.get(), 0);
}

WASIO_TEST("C100", "tokens destroyed out of order each restore what they saw") {
  const Context context;
  co_await in_context(context, []() -> Task<> {
    std::optional<ContextToken> first(depth.set(1));
    std::optional<ContextToken> second(depth.set(2));
    first.reset();
    check_equal(depth.get(), 0);
    second.reset();
    check_equal(depth.get(), 1);
    co_return;
  });
}

WASIO_TEST("C100", "a token that outlives its task affects no other task") {
  std::optional<ContextToken> kept;
  co_await task_group([&](TaskGroup& group) {
    group.spawn([&]() -> Task<> {
      kept.emplace(depth.set(5));
      co_return;
    });
  });
  const auto token = depth.set(7);
  kept.reset();
  check_equal(depth.get(), 7);
}

WASIO_TEST("C101",
           "a spawned task has what its spawner had at the call, and later changes do not cross") {
  Log log;
  auto token = depth.set(1);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    const auto in_body = depth.set(2);
    group.spawn([&]() -> Task<> {
      log.add("child", depth.get());
      const auto own = depth.set(10);
      co_await checkpoint();
      co_await checkpoint();
      log.add("child", depth.get());
    });
    const auto after = depth.set(3);
    co_await checkpoint();
    log.add("parent", depth.get());
    co_await group.join();
  });
  check_equal(log, "child2 parent3 child10");
  check_equal(depth.get(), 1);
}

WASIO_TEST("C101", "a task that sets nothing passes on what it inherited") {
  int in_grandchild = 0;
  auto token = std::make_optional(depth.set(1));
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      co_await checkpoint();
      check_equal(depth.get(), 1);
      group.spawn([&]() -> Task<> {
        in_grandchild = depth.get();
        co_return;
      });
    });
    token.reset();
    check_equal(depth.get(), 0);
    co_await group.join();
  });
  check_equal(in_grandchild, 1);
}

WASIO_TEST("C101", "an eager child's first step has a copy, and its spawner keeps its own values") {
  const auto token = depth.set(1);
  int after_wait = 0;
  co_await task_group([&](TaskGroup& group) {
    group.spawn(
        [&]() -> Task<> {
          check_equal(depth.get(), 1);
          const auto own = depth.set(2);
          co_await checkpoint();
          after_wait = depth.get();
        },
        {.eager = true});
    check_equal(depth.get(), 1);
  });
  check_equal(after_wait, 2);
}

WASIO_TEST("C101", "each branch of a gather has a copy, taken when the gather is awaited") {
  const auto token = depth.set(4);
  const auto [a, b, c] = co_await gather(
      []() -> Task<int> {
        const auto own = depth.set(5);
        co_await checkpoint();
        co_return depth.get();
      },
      depth_later(), depth_now());
  check_equal(a, 5);
  check_equal(b, 4);
  check_equal(c, 4);
}

WASIO_TEST("C101", "bodies that do not run concurrently share their task's context") {
  const auto token = depth.set(6);
  std::optional<ContextToken> inside;
  co_await attempt(move_on_after(1h, shield(guard(
                                         [&]() -> Task<> {
                                           inside.emplace(depth.set(7));
                                           co_return;
                                         },
                                         []() -> Task<> { co_return; }))));
  check_equal(depth.get(), 7);
  std::optional<ContextToken> in_group;
  co_await task_group([&](TaskGroup&) { in_group.emplace(depth.set(8)); });
  check_equal(depth.get(), 8);
  in_group.reset();
  inside.reset();
}

WASIO_TEST(
    "C102",
    "a guard's cleanup and a sleep have their task's context, a background task its spawner's") {
  const auto token = depth.set(1);
  std::optional<ContextToken> by_body;
  int in_cleanup = 0;
  co_await guard(
      [&]() -> Task<> {
        by_body.emplace(depth.set(2));
        co_return;
      },
      [&]() -> Task<> {
        co_await sleep(1ms);
        in_cleanup = depth.get();
      });
  check_equal(in_cleanup, 2);
  auto behind = background(depth_later());
  const auto later = depth.set(3);
  check_equal(co_await behind, 2);
  by_body.reset();
}

WASIO_TEST("C103", "tasks in one explicit context see each other's changes") {
  const Context shared;
  std::optional<ContextToken> kept;
  const auto outside = depth.set(1);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(in_context(shared, [&]() -> Task<> {
      check_equal(depth.get(), 0); // it was created empty
      kept.emplace(depth.set(5));
      co_await checkpoint();
      check_equal(depth.get(), 6);
    }));
    group.spawn(in_context(shared, [&]() -> Task<> {
      check_equal(depth.get(), 5);
      const auto mine = depth.set(6);
      co_await checkpoint();
    }));
    co_return;
  });
  check_equal(depth.get(), 1);
  check_equal(depth.get(shared), 5);
  kept.reset();
  check_equal(depth.get(shared), 0);
}

WASIO_TEST("C103", "an explicit context is left on every way out") {
  const Context other;
  check_error(co_await attempt(in_context(other, fail_now(broken))), broken);
  const auto token = depth.set(1);
  co_await move_on_after(0ms, in_context(other, []() -> Task<> {
                           check_equal(depth.get(), 0);
                           co_await sleep_long();
                         }));
  check_equal(depth.get(), 1);
  check_equal(co_await in_context(Context::current(), depth_now()), 1);
}

WASIO_TEST("C103", "unwinding in an explicit context, cleanups included, runs in that context") {
  const Context other;
  const auto token = depth.set(1);
  int seen = 0;
  const auto ends_by = [&](Task<> end) -> Task<> {
    const auto inner = depth.set(2);
    const AtExit at_exit([&] { seen += depth.get(); });
    co_await guard(std::move(end), [&]() -> Task<> {
      co_await checkpoint();
      seen += 10 * depth.get();
    });
  };
  check_error(co_await attempt(in_context(other, ends_by(fail_now(broken)))), broken);
  check_equal(seen, 22);
  co_await move_on_after(0ms, in_context(other, ends_by(sleep_long())));
  check_equal(seen, 44);
  check_equal(depth.get(), 1);
}

WASIO_TEST("C103", "the current context and a copy are independent") {
  const auto one = depth.set(1);
  const Context now_ = Context::current();
  const Context copy = now_.copy();
  check_equal(depth.get(copy), 1);
  const auto two = depth.set(2);
  check_equal(depth.get(now_), 1);
  check_equal(depth.get(Context::current()), 2);
  std::optional<ContextToken> three; // outlives the body: the copy keeps what was set
  co_await in_context(copy, [&]() -> Task<> {
    three.emplace(depth.set(3));
    check_equal(depth.get(), 3);
    co_return;
  });
  check_equal(depth.get(copy), 3);
  check_equal(depth.get(now_), 1);
}

WASIO_TEST("C103", "a destroyed runtime restores what its tasks set in an explicit context") {
  MockClock clock;
  const Context context;
  const auto work = [](const Context& in) -> Task<> {
    const auto token = user.set("gone");
    co_await in_context(in, []() -> Task<> {
      const auto inner = user.set("gone too");
      co_await sleep_long();
    });
  };
  {
    detail::MainTask<Task<>> main(std::in_place, work(context));
    main.hold();
    Runtime runtime(clock);
    runtime.begin(main);
    runtime.turn();
  }
  check(user.try_get(context) == nullptr);
  co_return;
}

namespace {

// Enough variables for three levels of the tree, all created before any is set.
struct Many {
  std::array<ContextVar<int>, 1000> vars = make(std::make_index_sequence<1000>());

  template <std::size_t... I>
  static std::array<ContextVar<int>, sizeof...(I)> make(std::index_sequence<I...>) {
    return {((void)I, ContextVar<int>("many"))...};
  }
};
Many many;

struct Random {
  std::uint32_t state;
  std::uint32_t below(std::uint32_t limit) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % limit;
  }
};

using Plain = std::map<std::size_t, int>;

struct Pair {
  Context real;
  Plain plain;
};

void check_same(const Pair& pair) {
  for (std::size_t i = 0; i < many.vars.size(); ++i) {
    const int* const value = many.vars[i].try_get(pair.real);
    const auto found = pair.plain.find(i);
    if (value) {
      check(found != pair.plain.end() && found->second == *value);
    } else {
      check(found == pair.plain.end());
    }
  }
}

// Contexts that are set, restored and copied at random, each beside a plain map that must agree.
class RandomContexts {
 public:
  explicit RandomContexts(std::uint32_t seed) : random_{seed} {}

  Task<> step(int number) {
    const std::size_t which = random_.below(static_cast<std::uint32_t>(pairs_.size()));
    switch (random_.below(8)) {
    case 0:
      if (pairs_.size() < 12) pairs_.push_back({pairs_[which].real.copy(), pairs_[which].plain});
      break;
    case 1:
    case 2:
      if (!undos_.empty()) restore_last();
      break;
    default:
      co_await in_context(pairs_[which].real, [&]() -> Task<> {
        set_one(which, number);
        co_return;
      });
    }
    if (number % 500 == 0) check_same(pairs_[which]);
  }

  void check_all() {
    for (const Pair& pair : pairs_) check_same(pair);
    while (!undos_.empty()) undos_.pop_back();
    check_same(Pair{pairs_[0].real, {}});
  }

 private:
  // Restored in reverse order, with what the plain map had before.
  struct Undo {
    std::size_t pair;
    std::size_t variable;
    std::optional<int> before;
    ContextToken token;
  };

  void set_one(std::size_t which, int value) {
    const std::size_t variable = random_.below(random_.below(2) ? 20 : 1000);
    Plain& plain = pairs_[which].plain;
    const auto found = plain.find(variable);
    undos_.push_back({which, variable,
                      found == plain.end() ? std::nullopt : std::optional(found->second),
                      many.vars[variable].set(value)});
    plain[variable] = value;
  }

  void restore_last() {
    auto& [pair, variable, before, token] = undos_.back();
    token.restore();
    pairs_[pair].plain.erase(variable);
    if (before) pairs_[pair].plain[variable] = *before;
    undos_.pop_back();
  }

  Random random_;
  std::vector<Pair> pairs_ = std::vector<Pair>(1);
  std::vector<Undo> undos_;
};

} // namespace

WASIO_TEST("C104", "random sets, restores and copies agree with a plain map") {
  for (const std::uint32_t seed : {1U, 77U, 4711U}) {
    RandomContexts contexts(seed);
    for (int step = 0; step < 3000; ++step) co_await contexts.step(step);
    contexts.check_all();
  }
}

WASIO_TEST("C101", "a copy takes no more memory for 1,000 variables, and a spawn takes none") {
  std::vector<ContextToken> tokens;
  std::vector<std::size_t> for_copy;
  std::vector<std::size_t> for_spawn;
  for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{1000}}) {
    while (tokens.size() < count) tokens.push_back(many.vars[tokens.size()].set(1));
    std::size_t before = memory_use().live_blocks;
    const Context copy = Context::current();
    for_copy.push_back(memory_use().live_blocks - before);
    co_await task_group([&](TaskGroup& group) {
      before = memory_use().live_blocks;
      group.spawn([]() -> Task<> { co_return; });
      for_spawn.push_back(memory_use().live_blocks - before);
    });
  }
  check_equal(for_copy, std::vector<std::size_t>{1, 1, 1});
  check_equal(for_spawn, std::vector<std::size_t>{1, 1, 1});
  while (!tokens.empty()) tokens.pop_back();
}

WASIO_TEST("C100", "the types of variables can be spelled, for arrays and members") {
  static ContextVar<int, WithDefault> limits[] = {{"low", 1}, {"high", 10}};
  static ContextVar<int> plain[] = {ContextVar<int>("a"), ContextVar<int>("b")};
  struct Settings {
    ContextVar<std::string, WithDefault> locale{"locale", "en"};
  };
  static Settings settings;
  static_assert(std::same_as<decltype(ContextVar("x", 1)), ContextVar<int, WithDefault>>);
  const auto high = limits[1].set(20);
  const auto second = plain[1].set(2);
  check_equal(limits[0].get(), 1);
  check_equal(limits[1].get(), 20);
  check(!plain[0].try_get());
  check_equal(*plain[1].try_get(), 2);
  check_equal(settings.locale.get(), "en");
  co_return;
}

WASIO_TEST("C100", "a value that is kept lasts to the task's end, in that task") {
  static ContextVar<int, WithDefault> level("level", 0);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    co_await group.spawn([&]() -> Task<> {
      co_await [](ContextVar<int, WithDefault>& variable) -> Task<> {
        variable.set(1).keep();
        co_return;
      }(level);
      check_equal(level.get(), 1);
      {
        auto token = level.set(2);
        token.keep();
      }
      check_equal(level.get(), 2);
      {
        const auto token = level.set(3);
        level.set(4).keep(); // inside of another one's lifetime: that one restores what it saw
      }
      check_equal(level.get(), 2);
      check_equal(co_await group.spawn([]() -> Task<int> { co_return level.get(); }), 2);
    });
    check_equal(level.get(), 0);
  });
  const Context context;
  co_await in_context(context, [&]() { level.set(5).keep(); });
  check_equal(level.get(context), 5);
  check_equal(level.get(), 0);
}

} // namespace conformance
