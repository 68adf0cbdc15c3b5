// C72: awaiting the awaitables of another coroutine library.
#include "support.h"
#include <wasio/runtime.h>

#include <coroutine>
#include <cstdlib>
#if WASIO_EXCEPTIONS
#include <stdexcept>
#endif

namespace conformance {
namespace foreign {

// Another library's event. It resumes its waiter inside `set`, or inside await_suspend.
class Event {
 public:
  struct Awaiter {
    Event& event;
    explicit Awaiter(Event& event) : event(event) {}
    Awaiter(const Awaiter&) = delete; // must not be moved
    ~Awaiter() {
      if (event.waiting_) ++event.abandoned;
      event.waiting_ = nullptr;
    }
    bool await_ready() const { return event.set_; }
    void await_suspend(std::coroutine_handle<> waiting) {
      ++event.begun;
      event.waiting_ = waiting;
      if (event.at_once) event.set();
      // Some libraries touch the awaiter after resuming, so it must still exist.
      ++event.begun;
    }
    int await_resume() const { return event.value; }
  };

  Awaiter operator co_await() { return Awaiter(*this); }
  void set() {
    set_ = true;
    if (const auto waiting = std::exchange(waiting_, nullptr)) waiting.resume();
  }
  bool waited_for() const { return bool(waiting_); }

  int value = 0;
  bool at_once = false;
  int begun = 0;
  int abandoned = 0;

 private:
  bool set_ = false;
  std::coroutine_handle<> waiting_;
};

// Another library's lazy coroutine, with symmetric transfer in both directions.
template <class T>
class Lazy {
 public:
  struct promise_type {
    std::optional<T> value;
    std::coroutine_handle<> continuation;
#if WASIO_EXCEPTIONS
    std::exception_ptr thrown;
#endif

    Lazy get_return_object() {
      return Lazy(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() { return {}; }
    auto final_suspend() noexcept {
      struct Back {
        bool await_ready() noexcept { return false; }
        std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> ended) noexcept {
          return ended.promise().continuation;
        }
        void await_resume() noexcept {}
      };
      return Back();
    }
    void return_value(T result) { value.emplace(std::move(result)); }
    void unhandled_exception() {
#if WASIO_EXCEPTIONS
      thrown = std::current_exception();
#endif
    }
  };

  Lazy(Lazy&& other) : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  ~Lazy() {
    if (coroutine_) coroutine_.destroy();
  }

  bool await_ready() const { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiting) {
    coroutine_.promise().continuation = waiting;
    return coroutine_;
  }
  T&& await_resume() { // refers into the frame, which the Lazy destroys
#if WASIO_EXCEPTIONS
    if (const auto thrown = coroutine_.promise().thrown) std::rethrow_exception(thrown);
#endif
    return *std::move(coroutine_.promise().value);
  }

 private:
  explicit Lazy(std::coroutine_handle<promise_type> coroutine) : coroutine_(coroutine) {}
  std::coroutine_handle<promise_type> coroutine_;
};

// Has a free operator co_await, an await_suspend that returns bool, and a reference as its result.
struct Place {
  int number;
  bool suspends;
};
struct PlaceAwaiter {
  Place& place;
  bool await_ready() const { return false; }
  bool await_suspend(std::coroutine_handle<> waiting) const {
    if (place.suspends) waiting.resume();
    return place.suspends;
  }
  int& await_resume() const { return place.number; }
};
inline PlaceAwaiter operator co_await(Place& place) {
  return {place};
}

struct Nothing {
  bool await_ready() const { return true; }
  void await_suspend(std::coroutine_handle<>) const {}
  void await_resume() const {}
};

Lazy<int> add(Event& event, int number) {
  co_return co_await event + number;
}
Lazy<std::unique_ptr<int>> boxed(Event& event) {
  co_return std::make_unique<int>(co_await event);
}

} // namespace foreign

WASIO_TEST("C72", "adopt returns what the awaitable returns: nothing, a value or a reference") {
  co_await adopt(foreign::Nothing());
  foreign::Event event;
  event.value = 4;
  event.set();
  check_equal(co_await adopt(event), 4);
  check_equal(event.begun, 0);
  check_equal(co_await adopt(foreign::add(event, 3)), 7);
  const std::unique_ptr<int> moved = co_await adopt(foreign::boxed(event));
  check_equal(*moved, 4);
  for (const bool suspends : {false, true}) {
    foreign::Place place{5, suspends};
    int& number = co_await adopt(place);
    check_equal(&number, &place.number);
  }
}

WASIO_TEST("C72",
           "an adopted await wakes its task through the ready queue, whichever call resumes it") {
  Log log;
  foreign::Event first;
  foreign::Event second;
  first.value = second.value = 2;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> { log.add("plain", co_await adopt(first)); });
    group.spawn([&]() -> Task<> { log.add("boxed", *co_await adopt(foreign::boxed(second))); });
    co_await checkpoint();
    second.set();
    first.set();
    log.add("set");
    co_await checkpoint();
    check_equal(log, "set boxed2 plain2");
  });
}

WASIO_TEST("C72", "an awaitable that resumes inside its await_suspend continues immediately") {
  for (int i = 0; i < 100; ++i) { // often enough to exhaust the budget
    foreign::Event event;
    event.at_once = true;
    event.value = i;
    check_equal(co_await adopt(event), i);
    check_equal(event.begun, 2);

    foreign::Event inner;
    inner.at_once = true;
    check_equal(co_await adopt(foreign::add(inner, i)), i);
  }
}

WASIO_TEST("C72", "an adopted await that is resumed outside a turn wakes its task") {
  foreign::Event event;
  event.value = 9;
  class OneEventLoop final : public PulledLoop {
   public:
    explicit OneEventLoop(foreign::Event& event) : event_(event) {}
    Instant now() override { return Instant::at(0); }
    bool between_steps() override { return false; }
    bool wait_until(Instant) override {
      if (!event_.waited_for()) return false;
      event_.set();
      return true;
    }

   private:
    foreign::Event& event_;
  } loop(event);
  const auto body = [&]() -> Task<int> { co_return co_await adopt(foreign::add(event, 1)); };
  detail::MainTask<decltype(body)> main(std::in_place, body);
  detail::run_main(loop, main);
  check(main.outcome() == 10);
  co_return;
}

WASIO_TEST(
    "C72",
    "a cancelled adopted await still delivers its value; the next checkpoint ends the task") {
  Log log;
  foreign::Event event;
  event.value = 6;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto task = group.spawn([&]() -> Task<> {
      log.add(co_await adopt(event));
      co_await checkpoint();
      log.add("never");
    });
    co_await checkpoint();
    task.cancel();
    co_await let_others_run();
    check(!task.done() && event.waited_for());
    event.set();
    check_equal(log, "");
    co_await let_others_run();
    check(task.cancelled());
  });
  check_equal(log, "6");
}

WASIO_TEST("C72", "an adopted await does not start in a cancelled scope") {
  foreign::Event event;
  check(!co_await move_on_after(0s, adopt(event)));
  check_equal(event.begun, 0);
}

WASIO_TEST("C72", "an adopted awaitable is a body for every combinator") {
  foreign::Event event;
  event.value = 1;
  event.set();
  check(co_await attempt(adopt(event)) == 1);
  check(co_await move_on_after(1h, adopt(foreign::add(event, 1))) == 2);
  auto [first, second] = co_await gather(adopt(foreign::boxed(event)), adopt(event));
  check_equal(*first + second, 2);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto task = group.spawn(adopt(foreign::add(event, 2)));
    check_equal(co_await task, 3);
  });
}

WASIO_TEST("C72", "awaiting an adopted awaitable again starts it anew") {
  foreign::Event event;
  event.at_once = true;
  auto adopted = adopt(event);
  check_equal(co_await adopted, 0);
  event.value = 1;
  check_equal(co_await adopted, 1);
}

WASIO_TEST("C72", "a runtime destroyed during an adopted await leaks nothing") {
  foreign::Event events[3];
  const auto before = memory_use().live_blocks;
  {
    const auto ended = run_virtually([&]() -> Task<> {
      background([&]() -> Task<> { co_await adopt(events[0]); });
      background([&]() -> Task<> { co_await adopt(foreign::add(events[1], 1)); });
      co_await adopt(events[2]);
    });
    check_error(ended, errors::deadlock);
  }
  for (const auto& event : events) check(event.abandoned == 1 && !event.waited_for());
  check_equal(memory_use().live_blocks, before);
  co_return;
}

#if WASIO_EXCEPTIONS
namespace foreign {
Lazy<int> throws(Event& event) {
  co_await event;
  throw std::runtime_error("thrown by the foreign one");
}
struct ThrowsEarly {
  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<>) const {
    throw std::runtime_error("thrown while it begins");
  }
  void await_resume() const {}
};
} // namespace foreign

WASIO_TEST("C72", "an exception from an adopted awaitable becomes an error") {
  for (const bool at_once : {true, false}) {
    foreign::Event event;
    event.at_once = at_once;
    co_await task_group([&](TaskGroup& group) -> Task<> {
      group.spawn([&]() -> Task<> {
        const auto ended = co_await attempt(adopt(foreign::throws(event)));
        check_error(ended, errors::exception);
        check_equal(ended.error().message(), "thrown by the foreign one");
      });
      co_await checkpoint();
      if (!at_once) event.set();
    });
  }
  for (int i = 0; i < 100; ++i) { // often enough to exhaust the budget
    const auto early = co_await attempt(adopt(foreign::ThrowsEarly()));
    check_error(early, errors::exception);
    check_equal(early.error().message(), "thrown while it begins");
  }
}
#endif

} // namespace conformance
