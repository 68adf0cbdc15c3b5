// C15: no warnings where the temporaries live as long as the await.
// with:
// with: -DWASIO_CHECK_LIFETIMES=1
#include <wasio/wasio.h>

#include <string>

using namespace wasio;
using namespace std::chrono_literals;

static Task<> use(const std::string& text) {
  static_cast<void>(text);
  co_return;
}

Task<> await_one_made_from_a_temporary() {
  co_await use(std::string("a"));
  co_await fail_after(1s, use(std::string("a")));
  static_cast<void>(co_await attempt(use(std::string("a"))));
  co_await gather(use(std::string("a")), use(std::string("b")));
  static_cast<void>(co_await gather_settled(use(std::string("a")), use(std::string("b"))));
  static_cast<void>(co_await race(use(std::string("a")), use(std::string("b"))));
  const std::string text = "a";
  co_await catch_group(use(std::string("a")),
                       on(errors::io, [text](const Error&) -> Task<> { co_await use(text); }));
}

Task<> store_one_made_from_a_variable() {
  const std::string text = "a";
  auto task = use(text);
  co_await std::move(task);
}

Task<> call_a_capturing_lambda_that_lives() {
  int x = 1;
  auto body = [&x]() -> Task<int> { co_return x; };
  x = co_await body();
}

Task<> spawn_what_refers_to_the_outside() {
  const std::string text = "a";
  co_await task_group([&](TaskGroup& group) {
    group.spawn(use(text));
    group.spawn([&]() -> Task<> { co_await use(text); });
  });
}
