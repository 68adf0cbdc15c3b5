// C16: the type of every combinator's result, for bodies that return nothing, a move-only value, a
// value without a default constructor, and a reference; and where over-aligned values are placed.
#include "support.h"

#include <array>

namespace conformance {
namespace {

int referred = 7;

template <class T>
Task<T> made();
template <>
Task<void> made<void>() {
  co_await checkpoint();
}
template <>
Task<MoveOnly> made<MoveOnly>() {
  co_await checkpoint();
  co_return MoveOnly(5);
}
template <>
Task<NoDefault> made<NoDefault>() {
  co_await checkpoint();
  co_return NoDefault(6);
}
template <>
Task<int&> made<int&>() {
  co_await checkpoint();
  co_return referred;
}

template <class T>
Task<T> never_made() {
  co_await sleep(1h);
  co_return co_await made<T>();
}

template <class T>
Task<T> failing() {
  co_await fail(broken);
}

template <class T>
std::vector<Task<T>> some() {
  std::vector<Task<T>> tasks;
  for (int i = 0; i < 3; ++i) tasks.push_back(made<T>());
  return tasks;
}

bool is_it(const MoveOnly& value) {
  return *value.number == 5;
}
bool is_it(const NoDefault& value) {
  return value.number == 6;
}
bool is_it(const int& reference) {
  return &reference == &referred;
}

template <class Wanted, class Got>
concept Same = std::same_as<Wanted, Got>;

// Aligned more strictly than any allocator guarantees. Counts the misaligned objects.
class alignas(128) Wide {
 public:
  static inline int misplaced = 0;

  explicit Wide(int number = 0) : number(number) { look(); }
  Wide(const Wide& other) : number(other.number) { look(); }
  Wide& operator=(const Wide&) = default;

  int number;

 private:
  void look() const {
    // Volatile, because the compiler assumes the alignment that is tested here.
    volatile std::uintptr_t address = reinterpret_cast<std::uintptr_t>(this);
    if (address % alignof(Wide) != 0) ++misplaced;
  }
};
constinit ContextVar<Wide> wide_variable{"wide"};

Task<Wide> wide(Wide from, Duration after = 1ms) {
  const Wide local = from;
  co_await sleep(after);
  co_return Wide(local.number + 1);
}
// Callables that cannot be copied.
struct Stays {
  Stays() = default;
  Stays(const Stays&) = delete;
  Stays& operator=(const Stays&) = delete;
  int calls = 0;
};
struct StayingBody : Stays {
  Task<int> operator()() { co_return ++calls; }
};
struct StayingCleanup : Stays {
  Task<> operator()() {
    ++calls;
    co_return;
  }
};
struct StayingFunction : StayingCleanup {
  Task<> operator()(TaskGroup&) { co_await StayingCleanup::operator()(); }
  Task<> operator()(Started<>& started) {
    ++calls;
    co_await started();
  }
  Task<> operator()(const Error&) { co_await StayingCleanup::operator()(); }
  Task<> operator()(std::size_t, const Outcome<int>&) { co_await StayingCleanup::operator()(); }
  Task<int> operator()(const Wide& value) {
    ++calls;
    co_return value.number;
  }
};

AsyncGenerator<Wide> wide_ones() {
  for (const Wide from{}; true;) co_yield Wide(from.number + 1);
}

} // namespace

WASIO_TEST("C16", "attempt returns a Result") {
  Same<Result<void>> auto none = co_await attempt(made<void>());
  Same<Result<MoveOnly>> auto moved = co_await attempt(made<MoveOnly>());
  Same<Result<NoDefault>> auto plain = co_await attempt(made<NoDefault>());
  Same<Result<std::reference_wrapper<int>>> auto reference = co_await attempt(made<int&>());
  check(none && moved && plain && reference);
  check(is_it(*moved) && is_it(*plain) && is_it(reference->get()));
}

WASIO_TEST("C16", "awaiting a Result unwraps it") {
  Same<MoveOnly> auto moved = co_await co_await attempt(made<MoveOnly>());
  Same<NoDefault> auto plain = co_await co_await attempt(made<NoDefault>());
  co_await co_await attempt(made<void>());
  check(is_it(moved) && is_it(plain));
  auto kept = co_await attempt(made<NoDefault>());
  check(is_it(co_await kept));
  check(is_it(co_await kept));
  const auto failed = co_await attempt(fail_now(broken, "kept"));
  auto again = co_await attempt([&]() -> Task<> { co_await failed; });
  check_error(again, broken);
  check_equal(again.error().message(), "kept");
}

WASIO_TEST("C16", "move_on_after returns bool, optional<T> or T*") {
  Same<bool> auto none = co_await move_on_after(1h, made<void>());
  Same<std::optional<MoveOnly>> auto moved = co_await move_on_after(1h, made<MoveOnly>());
  Same<std::optional<NoDefault>> auto plain = co_await move_on_after(1h, made<NoDefault>());
  Same<int*> auto reference = co_await move_on_after(1h, made<int&>());
  check(none && moved && plain && reference);
  check(is_it(*moved) && is_it(*plain) && is_it(*reference));
}

WASIO_TEST("C16", "move_on_after that moved on returns false, nullopt or nullptr") {
  check(!co_await move_on_after(0s, never_made<void>()));
  check(!co_await move_on_after(0s, never_made<MoveOnly>()));
  check(!co_await move_on_after(0s, never_made<NoDefault>()));
  check(!co_await move_on_after(0s, never_made<int&>()));
}

WASIO_TEST("C16", "CancelScope::run returns bool, optional<T> or T*") {
  std::array<CancelScope, 8> scopes;
  Same<bool> auto none = co_await scopes[0].run(made<void>());
  Same<std::optional<MoveOnly>> auto moved = co_await scopes[1].run(made<MoveOnly>());
  Same<std::optional<NoDefault>> auto plain = co_await scopes[2].run(made<NoDefault>());
  Same<int*> auto reference = co_await scopes[3].run(made<int&>());
  check(none && moved && plain && reference);
  check(is_it(*moved) && is_it(*plain) && is_it(*reference));
  for (std::size_t i = 4; i < scopes.size(); ++i) scopes[i].cancel();
  check(!co_await scopes[4].run(made<void>()));
  check(!co_await scopes[5].run(made<MoveOnly>()));
  check(!co_await scopes[6].run(made<NoDefault>()));
  check(!co_await scopes[7].run(made<int&>()));
}

WASIO_TEST("C16", "fail_after returns the body's value as it is") {
  co_await fail_after(1h, made<void>());
  Same<MoveOnly> auto moved = co_await fail_after(1h, made<MoveOnly>());
  Same<NoDefault> auto plain = co_await fail_after(1h, made<NoDefault>());
  static_assert(Same<int&, decltype(fail_after(1h, made<int&>()).await_resume())>);
  int& reference = co_await fail_after(1h, made<int&>());
  check(is_it(moved) && is_it(plain) && is_it(reference));
}

WASIO_TEST("C16", "guard returns the body's value as it is") {
  const auto cleanup = []() -> Task<> { co_await checkpoint(); };
  co_await guard(made<void>(), cleanup);
  Same<MoveOnly> auto moved = co_await guard(made<MoveOnly>(), cleanup);
  Same<NoDefault> auto plain = co_await guard(made<NoDefault>(), cleanup);
  int& reference = co_await guard(made<int&>(), cleanup);
  check(is_it(moved) && is_it(plain) && is_it(reference));
}

WASIO_TEST("C16", "task_group returns nothing, optional<T> or T*") {
  static_assert(Same<void, decltype(task_group(made<void>()).await_resume())>);
  co_await task_group(made<void>());
  Same<std::optional<MoveOnly>> auto moved = co_await task_group(made<MoveOnly>());
  Same<std::optional<NoDefault>> auto plain = co_await task_group(
      [](TaskGroup&) -> Task<NoDefault> { co_return co_await made<NoDefault>(); });
  Same<int*> auto reference =
      co_await task_group([](TaskGroup&) -> Task<int&> { co_return co_await made<int&>(); });
  check(moved && plain && reference);
  check(is_it(*moved) && is_it(*plain) && is_it(*reference));
}

WASIO_TEST("C16", "a group cancelled before its body's value returns nullopt or nullptr") {
  const auto cancelled = []<class T>(std::type_identity<T>) -> Task<bool> {
    co_return !co_await task_group([](TaskGroup& group) -> Task<T> {
      group.cancel();
      co_return co_await never_made<T>();
    });
  };
  check(co_await cancelled(std::type_identity<MoveOnly>()));
  check(co_await cancelled(std::type_identity<NoDefault>()));
  check(co_await cancelled(std::type_identity<int&>()));
}

WASIO_TEST("C16", "gather returns a tuple, with monostate for void and references as they are") {
  using Wanted = std::tuple<std::monostate, MoveOnly, NoDefault, int&>;
  Same<Wanted> auto all =
      co_await gather(made<void>(), made<MoveOnly>(), made<NoDefault>(), made<int&>());
  check(is_it(std::get<1>(all)) && is_it(std::get<2>(all)) && is_it(std::get<3>(all)));
  auto& [none, moved, plain, reference] = all;
  check(&reference == &referred);
}

WASIO_TEST("C16", "gather over a range returns nothing or a vector") {
  static_assert(Same<void, decltype(gather(some<void>()).await_resume())>);
  co_await gather(some<void>());
  Same<std::vector<MoveOnly>> auto moved = co_await gather(some<MoveOnly>());
  Same<std::vector<NoDefault>> auto plain = co_await gather(some<NoDefault>());
  Same<std::vector<std::reference_wrapper<int>>> auto references = co_await gather(some<int&>());
  check_equal(moved.size(), 3u);
  check_equal(plain.size(), 3u);
  check_equal(references.size(), 3u);
  for (const auto& value : moved) check(is_it(value));
  for (const auto& value : plain) check(is_it(value));
  for (const int& value : references) check(is_it(value));
}

WASIO_TEST("C16", "gather_settled returns a tuple or a vector of Outcomes, which are Results") {
  using Wanted = std::tuple<Outcome<>, Outcome<MoveOnly>, Outcome<NoDefault>, Outcome<int&>>;
  Same<Wanted> auto all =
      co_await gather_settled(made<void>(), made<MoveOnly>(), made<NoDefault>(), made<int&>());
  auto& [none, moved, plain, reference] = all;
  check(none && moved && plain && reference);
  check(is_it(*moved) && is_it(*plain) && is_it(reference->get()));
  static_assert(std::derived_from<Outcome<int&>, Result<std::reference_wrapper<int>>>);
  Same<std::vector<Outcome<>>> auto nones = co_await gather_settled(some<void>());
  Same<std::vector<Outcome<MoveOnly>>> auto moveds = co_await gather_settled(some<MoveOnly>());
  Same<std::vector<Outcome<NoDefault>>> auto plains = co_await gather_settled(some<NoDefault>());
  Same<std::vector<Outcome<int&>>> auto references = co_await gather_settled(some<int&>());
  check_equal(nones.size(), 3u);
  check(nones[2] && is_it(*moveds[2]) && is_it(*plains[2]) && is_it(references[2]->get()));
}

WASIO_TEST("C16",
           "race returns a variant, with monostate for void and a reference_wrapper for T&") {
  using Wanted = std::variant<std::monostate, MoveOnly, NoDefault, std::reference_wrapper<int>>;
  // The branch at this place reaches its value, the others do not.
  const auto won_by = [](std::size_t place) -> Task<Wanted> {
    const auto at = [&]<class T> WASIO_CORO_WRAPPER(std::size_t i, std::type_identity<T>) {
      return i == place ? made<T>() : never_made<T>();
    };
    Same<Wanted> auto won =
        co_await race(at(0, std::type_identity<void>()), at(1, std::type_identity<MoveOnly>()),
                      at(2, std::type_identity<NoDefault>()), at(3, std::type_identity<int&>()));
    check_equal(won.index(), place);
    co_return won;
  };
  co_await won_by(0);
  check(is_it(std::get<1>(co_await won_by(1))));
  check(is_it(std::get<2>(co_await won_by(2))));
  check(is_it(std::get<3>(co_await won_by(3)).get()));
}

WASIO_TEST("C16", "race over a range returns the index, or a pair of the index and the value") {
  Same<std::size_t> auto none = co_await race(some<void>());
  Same<std::pair<std::size_t, MoveOnly>> auto moved = co_await race(some<MoveOnly>());
  Same<std::pair<std::size_t, NoDefault>> auto plain = co_await race(some<NoDefault>());
  Same<std::pair<std::size_t, std::reference_wrapper<int>>> auto reference =
      co_await race(some<int&>());
  check_equal(none + moved.first + plain.first + reference.first, 0u);
  check(is_it(moved.second) && is_it(plain.second) && is_it(reference.second.get()));
}

WASIO_TEST("C16",
           "as_completed hands over Outcomes, and returns nothing, or bool if its function does") {
  int count = 0;
  const auto look = [&]<class T>(const Outcome<T>& outcome) {
    ++count;
    if constexpr (std::is_void_v<T>) {
      check(outcome.has_value());
    } else {
      check(outcome && is_it(static_cast<const std::remove_reference_t<T>&>(*outcome)));
    }
  };
  const auto nothing = [&](std::size_t, Outcome<MoveOnly> outcome) { look(outcome); };
  static_assert(Same<void, decltype(as_completed(some<MoveOnly>(), nothing).await_resume())>);
  co_await as_completed(some<MoveOnly>(), nothing);
  co_await as_completed(some<void>(), [&](std::size_t, Outcome<> outcome) -> Task<> {
    look(outcome);
    co_return;
  });
  Same<bool> auto plain =
      co_await as_completed(some<NoDefault>(), [&](std::size_t, Outcome<NoDefault>&& outcome) {
        look(outcome);
        return true;
      });
  Same<bool> auto reference = co_await as_completed(
      some<int&>(), [&](std::size_t, const Outcome<int&>& outcome) -> Task<bool> {
        look(outcome);
        co_return true;
      });
  check(plain && reference);
  check_equal(count, 12);
}

WASIO_TEST("C16", "catch_group returns bool, optional<T> or T*") {
  const auto ignored = [](const Error&) {};
  Same<bool> auto none = co_await catch_group(made<void>(), on(broken, ignored));
  Same<std::optional<MoveOnly>> auto moved =
      co_await catch_group(made<MoveOnly>(), on(broken, ignored));
  Same<std::optional<NoDefault>> auto plain =
      co_await catch_group(made<NoDefault>(), on(broken, ignored));
  Same<int*> auto reference = co_await catch_group(made<int&>(), on(broken, ignored));
  check(none && moved && plain && reference);
  check(is_it(*moved) && is_it(*plain) && is_it(*reference));
  check(!co_await catch_group(failing<void>(), on(broken, ignored)));
  check(!co_await catch_group(failing<MoveOnly>(), on(broken, ignored)));
  check(!co_await catch_group(failing<NoDefault>(), on(broken, ignored)));
  check(!co_await catch_group(failing<int&>(), on(broken, ignored)));
}

WASIO_TEST("C16", "awaiting a handle returns a reference, or the value if the handle is moved") {
  co_await task_group([](TaskGroup& group) -> Task<> {
    auto none = group.spawn(made<void>());
    auto moved = group.spawn(made<MoveOnly>());
    auto plain = group.spawn(made<NoDefault>());
    auto reference = group.spawn(made<int&>());
    static_assert(Same<MoveOnly&, decltype(moved.operator co_await().await_resume())>);
    static_assert(Same<int&, decltype(reference.operator co_await().await_resume())>);
    co_await none;
    check(is_it(co_await moved) && is_it(co_await plain) && is_it(co_await reference));
    static_assert(Same<Result<void>, decltype(none.result())>);
    static_assert(Same<Result<MoveOnly>, decltype(std::move(moved).result())>);
    static_assert(Same<Result<NoDefault>, decltype(plain.result())>);
    static_assert(Same<Result<std::reference_wrapper<int>>, decltype(reference.result())>);
    check(none.result() && plain.result() && reference.result());
    Same<MoveOnly> auto taken = co_await std::move(moved);
    Same<NoDefault> auto taken_plain = co_await std::move(plain);
    check(is_it(taken) && is_it(taken_plain) && is_it(co_await std::move(reference)));
    co_await std::move(none);
  });
}

WASIO_TEST("C16", "receive returns optional<T>") {
  auto [moved_out, moved_in] = channel<MoveOnly>(1);
  auto [plain_out, plain_in] = channel<NoDefault>(0);
  co_await moved_out.send(MoveOnly(5));
  Same<std::optional<MoveOnly>> auto moved = co_await moved_in.receive();
  check(moved && is_it(*moved));
  co_await gather([&]() -> Task<> { co_await plain_out.send(NoDefault(6)); },
                  [&]() -> Task<> {
                    Same<std::optional<NoDefault>> auto plain = co_await plain_in.receive();
                    check(plain && is_it(*plain));
                  });
}

WASIO_TEST("C16", "run returns a Result") {
  Same<Result<void>> auto none = run_virtually(made<void>());
  Same<Result<MoveOnly>> auto moved = run_virtually(made<MoveOnly>());
  Same<Result<NoDefault>> auto plain = run_virtually(made<NoDefault>());
  Same<Result<std::reference_wrapper<int>>> auto reference = run_virtually(made<int&>());
  check(none && moved && plain && reference);
  check(is_it(*moved) && is_it(*plain) && is_it(reference->get()));
  co_return;
}

WASIO_TEST("C16", "combinators nest in any order, over move-only bodies") {
  auto owned = std::make_unique<int>(3);
  const auto value = co_await attempt(fail_after(
      1h, guard(move_on_after(1h, task_group([owned = std::move(owned)](TaskGroup&) -> Task<int> {
                                co_await checkpoint();
                                co_return *owned;
                              })),
                []() -> Task<> { co_await checkpoint(); })));
  check(value && *value && **value);
  if (value && *value && **value) check_equal(***value, 3);
  const auto gathered = co_await move_on_after(
      1h, gather(attempt(made<MoveOnly>()), fail_after(1h, made<NoDefault>())));
  check(gathered && is_it(*std::get<0>(*gathered)) && is_it(std::get<1>(*gathered)));
  co_await task_group([](TaskGroup& group) -> Task<> {
    auto handle = group.spawn(attempt(made<MoveOnly>()));
    check(is_it(*co_await handle));
    auto sleeper = group.spawn(sleep(1h));
    auto scoped = group.spawn(move_on_after(0s, sleep(1h)));
    check(!co_await scoped);
    sleeper.cancel();
  });
}

WASIO_TEST("C16", "a Wait, a Task, an lvalue callable and a combinator are all bodies") {
  const auto callable = []() -> Task<int> { co_return 4; };
  check_equal((co_await attempt(callable)).value(), 4);
  check_equal((co_await attempt(callable)).value(), 4);
  co_await attempt(checkpoint());
  co_await fail_after(1h, checkpoint());
  HandEvent event;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto waiting = group.spawn(event.wait());
    co_await checkpoint();
    event.set(9);
    check_equal(co_await waiting, 9);
  });
  // A callable that returns nothing can only be a group's body; one that returns an awaitable can
  // be any body.
  const bool done = co_await move_on_after(1h, [] { return checkpoint(); });
  check(done);
}

WASIO_TEST("C16", "std::ref of a callable is a body, a function or a cleanup, and copies nothing") {
  StayingBody body;
  const auto ref = std::ref(body);
  check_equal((co_await attempt(ref)).value(), 1);
  check_equal((co_await move_on_after(1h, std::ref(body))).value(), 2);
  co_await gather(std::ref(body), std::ref(body));
  co_await race(std::ref(body));
  check_equal(co_await supervise({}, std::ref(body)), 6);
  check_equal(run_virtually(std::ref(body)).value(), 7);
  check_equal(co_await background(std::ref(body)), 8);
  StayingCleanup cleanup;
  co_await guard(std::ref(body), std::ref(cleanup));
  co_await exit_stack([&](ExitStack& stack) -> Task<> { co_await stack.defer(std::ref(cleanup)); });
  check(for_each_seed(2, std::ref(cleanup)).has_value());
  check_equal(cleanup.calls, 4);
  StayingFunction function;
  co_await task_group(std::ref(function));
  co_await task_group([&](TaskGroup& group) -> Task<> {
    co_await group.start<void>(std::ref(function));
    check_equal(co_await group.spawn(std::ref(body)), 10);
  });
  co_await catch_group(fail_now(broken), on(broken, std::ref(function)));
  co_await as_completed(std::vector{ref, ref}, std::ref(function));
  co_await (wide_ones() | take(2) | transform(std::ref(function)) | collect());
  check_equal(function.calls, 7);
}

// Frames and records of sizes that an allocator of weaker alignment would misplace.
WASIO_VIRTUAL_TEST("C16",
                   "values aligned to more than 16 bytes stay aligned wherever wasio puts them") {
  Wide::misplaced = 0;
  for (int round = 0; round < 3; ++round) {
    check_equal((co_await wide(Wide(1))).number, 2);
    check_equal((co_await attempt(wide(Wide(1))))->number, 2);
    check_equal((co_await move_on_after(1h, wide(Wide(1))))->number, 2);
    const auto [one, other] = co_await gather(wide(Wide(1)), wide(Wide(2)));
    check_equal(one.number + other.number, 5);
    const auto won = co_await race(wide(Wide(1)), wide(Wide(2), 1h));
    check_equal(std::get<0>(won).number, 2);
    std::vector<Task<Wide>> bodies;
    for (int i = 0; i < 3; ++i) bodies.push_back(wide(Wide(i)));
    for (const Wide& value : co_await gather(bodies)) check(value.number > 0);
    co_await task_group([](TaskGroup& group) -> Task<> {
      const Wide captured(4);
      auto spawned = group.spawn([captured] WASIO_CORO_WRAPPER { return wide(captured); });
      auto also = group.spawn(wide(Wide(5)));
      check_equal((co_await spawned).number + (co_await std::move(also)).number, 11);
    });
    const auto token = wide_variable.set(Wide(6));
    const auto nested = wide_variable.set(Wide(7));
    check_equal(wide_variable.try_get()->number, 7);
    const auto failed =
        co_await attempt([]() -> Task<> { co_await fail(Error(broken).with_payload(Wide(8))); });
    check_equal(failed.error().payload<Wide>()->number, 8);
    auto [out, in] = channel<Wide>(2);
    co_await out.send(Wide(9));
    check_equal((co_await in.receive())->number, 9);
    co_await exit_stack([](ExitStack& stack) -> Task<> {
      co_await stack.defer([kept = Wide(10)]() -> Task<> {
        check_equal(kept.number, 10);
        co_return;
      });
    });
    auto ones = wide_ones();
    check_equal((co_await ones.next())->number, 1);
  }
  check_equal(Wide::misplaced, 0);
}

} // namespace conformance
