// The program that the tests of the JavaScript side (tests/web/*.test.mjs) run.
#include <wasio/export.h>
#include <wasio/http/fetch.h>
#include <wasio/testing.h>
#include <wasio/wasio.h>

#include <stdexcept>

using namespace wasio;
using namespace std::chrono_literals;

namespace {

// Conversions: each returns its argument.
Task<std::int8_t> echo_int8(std::int8_t value) {
  co_return value;
}
WASIO_EXPORT(echo_int8, value)
Task<std::uint8_t> echo_uint8(std::uint8_t value) {
  co_return value;
}
WASIO_EXPORT(echo_uint8, value)
Task<std::int32_t> echo_int32(std::int32_t value) {
  co_return value;
}
WASIO_EXPORT(echo_int32, value)
Task<std::uint32_t> echo_uint32(std::uint32_t value) {
  co_return value;
}
WASIO_EXPORT(echo_uint32, value)
Task<std::int64_t> echo_int64(std::int64_t value) {
  co_return value;
}
WASIO_EXPORT(echo_int64, value)
Task<std::uint64_t> echo_uint64(std::uint64_t value) {
  co_return value;
}
WASIO_EXPORT(echo_uint64, value)
Task<float> echo_float(float value) {
  co_return value;
}
WASIO_EXPORT(echo_float, value)
Task<double> echo_double(double value) {
  co_return value;
}
WASIO_EXPORT(echo_double, value)
Task<bool> echo_bool(bool value) {
  co_return value;
}
WASIO_EXPORT(echo_bool, value)
Task<std::string> echo_string(std::string value) {
  co_return value;
}
WASIO_EXPORT(echo_string, value)
Task<std::vector<std::byte>> echo_bytes(std::vector<std::byte> value) {
  co_return value;
}
WASIO_EXPORT(echo_bytes, value)
Task<> nothing() {
  co_return;
}
WASIO_EXPORT(nothing)

// The views live as long as the call.
Task<std::string> join_views(std::string_view text, std::span<const std::uint8_t> bytes,
                             double number) {
  co_await sleep(1ms);
  co_return join_text(text, ":", bytes.size(), ":", bytes.empty() ? 0 : bytes.back(), ":", number);
}
WASIO_EXPORT(join_views, text, bytes, number)

// Endings.
Task<int> fail_with_cause(std::string message) {
  co_await fail(Error(errors::bad_data, message).with_cause(Error(errors::not_found, "the cause")));
}
WASIO_EXPORT(fail_with_cause, message)

inline constexpr ErrorKind bad_header{"bad_header", &errors::bad_data};

Task<> fail_own_kind() {
  co_await fail(bad_header, "a kind of the program's own");
}
WASIO_EXPORT(fail_own_kind)

Task<> fail_in_group() {
  co_await task_group([](TaskGroup& group) {
    group.spawn([]() -> Task<> { co_await fail(errors::closed, "first"); });
    group.spawn([]() -> Task<> { co_await fail(errors::timed_out, "second"); });
  });
}
WASIO_EXPORT(fail_in_group)

Task<> fail_in_gather() {
  auto soon = []() -> Task<> { co_await fail(errors::closed, "first"); };
  auto later = []() -> Task<> { co_await fail(errors::timed_out, "later"); };
  co_await gather(soon, later);
}
WASIO_EXPORT(fail_in_gather)

// Awaits a task that was cancelled through its handle.
Task<> await_cancelled() {
  co_await task_group([](TaskGroup& group) -> Task<> {
    auto child = group.spawn(sleep(1h));
    child.cancel("not needed any more");
    co_await child;
  });
}
WASIO_EXPORT(await_cancelled)

// Does nothing in a build without exceptions.
Task<> throw_exception([[maybe_unused]] std::string message) {
#if WASIO_EXCEPTIONS
  throw std::runtime_error(message);
#endif
  co_return;
}
WASIO_EXPORT(throw_exception, message)

int cleanups = 0;

// Sleeps, and then takes a while to clean up.
Task<> sleep_with_cleanup(double milliseconds) {
  using Span = std::chrono::duration<double, std::milli>;
  co_await guard(sleep(Span(milliseconds)), []() -> Task<> {
    co_await sleep(20ms);
    ++cleanups;
  });
}
WASIO_EXPORT(sleep_with_cleanup, milliseconds)

Task<int> cleanup_count() {
  co_return cleanups;
}
WASIO_EXPORT(cleanup_count)

// Shields its work from a cancel and still returns its value.
Task<int> finish_all_the_same() {
  int value = 0;
  co_await guard([]() -> Task<> { co_return; }(),
                 [&]() -> Task<> {
                   co_await sleep(10ms);
                   value = 7;
                 });
  co_return value;
}
WASIO_EXPORT(finish_all_the_same)

Task<> give_up(std::string message) {
  co_await checkpoint();
  panic(message);
}
WASIO_EXPORT(give_up, message)

unsigned recurse(unsigned depth) {
  return depth == 0 ? 1 : (recurse(depth - 1) ^ depth) * 31;
}

Task<std::uint32_t> overflow_stack(std::uint32_t depth) {
  co_return recurse(depth);
}
WASIO_EXPORT(overflow_stack, depth)

Task<> leave_background_task() {
  background([]() -> Task<> {
    co_await guard(sleep(1h), []() -> Task<> {
      co_await sleep(10ms);
      ++cleanups;
    });
  });
  co_return;
}
WASIO_EXPORT(leave_background_task)

// The loop.
Task<> wake_at_once(int tasks) {
  co_await task_group([&](TaskGroup& group) {
    for (int i = 0; i < tasks; ++i) group.spawn(checkpoint());
  });
}
WASIO_EXPORT(wake_at_once, tasks)

// Keeps the loop busy for that long, with short steps.
Task<int> churn(double milliseconds) {
  const Instant end = now() + std::chrono::duration<double, std::milli>(milliseconds);
  int steps = 0;
  for (; now() < end; ++steps) co_await checkpoint();
  co_return steps;
}
WASIO_EXPORT(churn, milliseconds)

// Runs `quick` short steps, and then `slow` steps of `milliseconds` each.
Task<> slow_down(int quick, int slow, double milliseconds) {
  const auto span = std::chrono::duration<double, std::milli>(milliseconds);
  for (int i = 0; i < quick; ++i) co_await checkpoint();
  for (int i = 0; i < slow; ++i) {
    const Instant end = now() + span;
    while (now() < end) continue;
    co_await checkpoint();
  }
}
WASIO_EXPORT(slow_down, quick, slow, milliseconds)

// Runs `count` concurrent sleeps that end 300, 600, ... microseconds after one instant, the longest
// first; returns the order in which they ended, and whether one ended early. "late": the machine
// was so slow that the instant had passed before all of them slept.
Task<std::string> sleep_all(int count) {
  const Instant start = now() + 5ms;
  std::string order;
  bool early = false;
  bool late = false;
  co_await task_group([&](TaskGroup& group) {
    for (int i = count; i > 0; --i) {
      group.spawn([&, i]() -> Task<> {
        const Instant due = start + std::chrono::microseconds(i * 300);
        if (now() >= start) late = true;
        co_await sleep_until(due);
        if (now() < due) early = true;
        order += static_cast<char>('a' + i - 1);
      });
    }
  });
  co_return late ? "late" : order + (early ? " early" : "");
}
WASIO_EXPORT(sleep_all, count)

Task<> sleep_in_a_row(int count, double milliseconds) {
  const auto span = std::chrono::duration<double, std::milli>(milliseconds);
  for (int i = 0; i < count; ++i) co_await sleep(span);
}
WASIO_EXPORT(sleep_in_a_row, count, milliseconds)

Task<bool> move_on_from_long_sleep() {
  co_return co_await move_on_after(1ms, sleep(24h));
}
WASIO_EXPORT(move_on_from_long_sleep)

Task<> sleep_long() {
  co_await sleep(60 * 24h);
}
WASIO_EXPORT(sleep_long)

Task<> print_without_end(std::string text) {
  co_await print(std::move(text));
}
WASIO_EXPORT(print_without_end, text)

Task<int> live_blocks() {
  co_return static_cast<int>(memory_use().live_blocks);
}
WASIO_EXPORT(live_blocks)

Task<std::string> tasks() {
  co_return dump_tasks();
}
WASIO_EXPORT(tasks)

// Streams.
Task<std::string> drain(ReceiveStream& stream, std::size_t room) {
  std::vector<std::byte> buffer(room);
  std::size_t total = 0;
  std::uint32_t hash = 2166136261u;
  while (const std::size_t count = co_await stream.receive_into(buffer)) {
    total += count;
    for (std::size_t i = 0; i < count; ++i)
      hash = (hash ^ static_cast<std::uint8_t>(buffer[i])) * 16777619u;
  }
  co_return join_text(total, " ", hash);
}

// Returns "size hash", or fails with the error.
Task<std::string> digest(std::string name, std::uint32_t room) {
  auto source = co_await open_source(name);
  co_return co_await drain(*source, room);
}
WASIO_EXPORT(digest, name, room)

Task<double> size_hint(std::string name) {
  auto source = co_await open_source(name);
  const auto hint = source->size_hint();
  co_return hint ? static_cast<double>(*hint) : -1;
}
WASIO_EXPORT(size_hint, name)

Task<std::string> head_of(std::string url, std::string header) {
  http::Response response = co_await http::fetch(url);
  co_return join_text(response.status(), " ", response.ok(), " ", response.url(), " ",
                      response.header(header).value_or("(none)"));
}
WASIO_EXPORT(head_of, url, header)

// Receives over and over, each time with a time limit: a cancelled receive must lose nothing.
Task<std::string> digest_impatiently(std::string url) {
  http::Response response = co_await http::fetch(url);
  std::vector<std::byte> buffer(1000);
  std::size_t total = 0;
  int given_up = 0;
  for (;;) {
    const auto count = co_await move_on_after(3ms, response.body().receive_into(buffer));
    if (!count) {
      ++given_up;
      co_await sleep(8ms); // something arrives while no task waits for it
    } else if (*count == 0) {
      break;
    } else {
      total += *count;
    }
  }
  co_return join_text(total, given_up > 0 ? " impatient" : " patient");
}
WASIO_EXPORT(digest_impatiently, url)

// Fetches with a time limit, and returns whether there was a response in time.
Task<bool> fetch_within(std::string url, double milliseconds) {
  const auto limit = std::chrono::duration<double, std::milli>(milliseconds);
  const auto response = co_await move_on_after(limit, http::fetch(url));
  co_return response.has_value();
}
WASIO_EXPORT(fetch_within, url, milliseconds)

// Reads the first chunk and drops the body.
Task<bool> read_first_chunk(std::string url) {
  http::Response response = co_await http::fetch(url);
  std::byte buffer[16];
  co_return co_await response.body().receive_into(buffer) > 0;
}
WASIO_EXPORT(read_first_chunk, url)

Task<> read_first_chunk_and_wait(std::string url) {
  http::Response response = co_await http::fetch(url);
  std::byte buffer[16];
  co_await response.body().receive_into(buffer);
  co_await sleep(Duration::forever());
}
WASIO_EXPORT(read_first_chunk_and_wait, url)

// Receives while another task grows the memory.
Task<std::string> digest_while_growing(std::string url) {
  auto source = co_await open_source(url);
  std::vector<std::vector<char>> ballast;
  std::string result;
  co_await task_group([&](TaskGroup& group) {
    group.spawn([&]() -> Task<> { result = co_await drain(*source, 4096); });
    group.spawn([&]() -> Task<> {
      for (int i = 0; i < 20; ++i) {
        ballast.emplace_back(4 << 20, 'x');
        co_await sleep(1ms);
      }
    });
  });
  co_return result;
}
WASIO_EXPORT(digest_while_growing, url)

Task<> receive_twice_at_once(std::string url) {
  auto source = co_await open_source(url);
  co_await gather(drain(*source, 10), drain(*source, 10));
}
WASIO_EXPORT(receive_twice_at_once, url)

// Runs the checks for receive streams on the body of this URL.
Task<> check_body(std::string url) {
  const auto source = co_await open_source(url);
  BufferedReader reader(*source);
  const std::string text = co_await reader.read_all(SIZE_MAX);
  const auto open = [&]() -> Task<std::unique_ptr<ReceiveStream>> {
    co_return co_await open_source(url);
  };
  co_await check_receive_stream(open, as_bytes(text));
}
WASIO_EXPORT(check_body, url)

// Receives without end while another task closes the body; returns how the receives ended.
Task<std::string> close_while_receiving(std::string url) {
  auto source = co_await open_source(url);
  std::string ending;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      const auto drained = co_await attempt(drain(*source, 100));
      ending = drained ? "value" : drained.error().kind().name;
    });
    co_await sleep(5ms);
    co_await source->aclose();
  });
  co_return ending;
}
WASIO_EXPORT(close_while_receiving, url)

} // namespace

namespace program {
Task<int> run(Args args) {
  if (args.size() == 1 && args[0] == "cat") {
    std::vector<std::byte> buffer(4096);
    while (const std::size_t count = co_await standard_input().receive_into(buffer))
      co_await standard_output().send_all(std::span(buffer).first(count));
    co_return 0;
  }
  if (args.size() == 1 && args[0] == "wait") co_await sleep(Duration::forever());
  if (args.size() == 1 && args[0] == "fail") co_await fail(errors::not_found, "on purpose");
  for (const std::string& arg : args) co_await print(arg + "\n");
  co_await sleep(5ms);
  co_return static_cast<int>(args.size());
}
} // namespace program

WASIO_MAIN(program::run)
