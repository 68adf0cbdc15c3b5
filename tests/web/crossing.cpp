// Values of every kind across the boundary, and what may go wrong on the way
// (tests/web/wire.test.mjs, tests/web/faults.test.mjs).
#include <wasio/enum.h>
#include <wasio/export.h>
#include <wasio/http/fetch.h>
#include <wasio/struct.h>
#include <wasio/wasio.h>

#include <cstdlib>
#include <limits>

using namespace wasio;
using namespace std::chrono_literals;

namespace shapes {

struct Point {
  double x = 0;
  double y = 0;
  std::optional<std::string> label;
};
WASIO_STRUCT(Point, x, y, label)

enum class Mode { fast, exact, hidden };
WASIO_ENUM(Mode, fast, exact)

struct Tree {
  std::string name;
  std::vector<Tree> children;
};
WASIO_STRUCT(Tree, name, children)

// One of each size, so that the alignment of each matters.
struct Mixed {
  bool flag = false;
  std::int64_t large = 0;
  std::int8_t small = 0;
  float real = 0;
  std::uint16_t medium = 0;
  Mode mode = Mode::fast;
  std::vector<std::byte> bytes;
  double last = 0;
};
WASIO_STRUCT(Mixed, flag, large, small, real, medium, mode, bytes, last)

} // namespace shapes

namespace {

using namespace shapes;

// Each returns its argument.
Task<Point> echo_point(Point value) {
  co_return value;
}
WASIO_EXPORT(echo_point, value)
Task<std::vector<Point>> echo_way(std::vector<Point> way) {
  co_return way;
}
WASIO_EXPORT(echo_way, way)
Task<Mode> echo_mode(Mode mode) {
  co_return mode;
}
WASIO_EXPORT(echo_mode, mode)
Task<Tree> echo_tree(Tree tree) {
  co_return tree;
}
WASIO_EXPORT(echo_tree, tree)
Task<std::vector<Mixed>> echo_mixed(std::vector<Mixed> list) {
  co_return list;
}
WASIO_EXPORT(echo_mixed, list)
Task<std::optional<std::int32_t>> echo_optional(std::optional<std::int32_t> value) {
  co_return value;
}
WASIO_EXPORT(echo_optional, value)
using Either = std::variant<std::int32_t, std::string, std::vector<std::string>>;
Task<Either> echo_either(Either value) {
  co_return value;
}
WASIO_EXPORT(echo_either, value)
Task<std::vector<double>> echo_doubles(std::vector<double> list) {
  co_return list;
}
WASIO_EXPORT(echo_doubles, list)
Task<std::vector<std::int64_t>> echo_longs(std::vector<std::int64_t> list) {
  co_return list;
}
WASIO_EXPORT(echo_longs, list)
Task<std::vector<std::int8_t>> echo_shorts(std::vector<std::int8_t> list) {
  co_return list;
}
WASIO_EXPORT(echo_shorts, list)
Task<std::vector<bool>> echo_bools(std::vector<bool> list) {
  co_return list;
}
WASIO_EXPORT(echo_bools, list)
Task<std::vector<std::vector<std::string>>>
echo_texts(std::vector<std::vector<std::string>> texts) {
  co_return texts;
}
WASIO_EXPORT(echo_texts, texts)
Task<JsValue> echo_any(JsValue value) {
  co_await sleep(1ms);
  co_return value;
}
WASIO_EXPORT(echo_any, value)
Task<std::string> echo(std::string text) {
  co_return text;
}
WASIO_EXPORT(echo, text)

Task<std::string> in_order(std::int8_t a, double b, std::string c, std::int64_t d, bool e,
                           std::vector<float> f) {
  co_return join_text(a, " ", b, " ", c, " ", d, " ", e, " ", f.size());
}
WASIO_EXPORT(in_order, a, b, c, d, e, f)

Task<Mode> unlisted() {
  co_return Mode::hidden;
}
WASIO_EXPORT(unlisted)

Task<std::string> filled(double size) {
  co_return std::string(static_cast<std::size_t>(size), 'x');
}
WASIO_EXPORT(filled, size)

// An error with everything: a long chain, a cause, members, groups in it.
Task<> deeper(int depth, Error error) {
  if (depth == 0) co_await fail(std::move(error));
  co_await deeper(depth - 1, std::move(error));
}
Task<> fail_with_everything() {
  std::vector<Error> members;
  members.push_back(Error(errors::closed, "first"));
  members.push_back(Error(errors::timed_out).with_cause(Error(errors::broken, "\ufeffinner")));
  auto group = (co_await attempt(deeper(2, error_group(std::move(members))))).error();
  std::vector<Error> others;
  others.push_back(std::move(group));
  co_await deeper(20, Error(errors::not_found, "all of it")
                          .with_cause(Error(errors::io, "the cause"))
                          .with_others(std::move(others)));
}
// A group that errors came after, in two operations.
Task<> fail_with_later_errors() {
  co_await deeper(2, error_group({Error(errors::closed, "a"), Error(errors::io, "b")})
                         .with_others({Error(errors::timed_out, "c"), Error(errors::closed, "d")})
                         .with_others({Error(errors::broken, "e")}));
}
WASIO_EXPORT(fail_with_later_errors)
Task<std::string> describe_later_errors() {
  co_return describe((co_await attempt(fail_with_later_errors())).error());
}
WASIO_EXPORT(describe_later_errors)
WASIO_EXPORT(fail_with_everything)
Task<std::string> describe_everything() {
  co_return describe((co_await attempt(fail_with_everything())).error());
}
WASIO_EXPORT(describe_everything)

Task<> fail_deeply(int depth) {
  Error error(errors::closed, "innermost");
  for (int i = 0; i < depth; ++i)
    error = Error(errors::closed, join_text(i)).with_cause(std::move(error));
  co_await fail(std::move(error));
}
WASIO_EXPORT(fail_deeply, depth)

Task<> fail_saying(std::string message) {
  co_await fail(errors::closed, message);
}
WASIO_EXPORT(fail_saying, message)

Task<> nap(double seconds) {
  co_await sleep(std::chrono::duration<double>(seconds));
}
WASIO_EXPORT(nap, seconds)

Task<> say(std::string text) {
  co_await print(std::move(text));
}
WASIO_EXPORT(say, text)

// All memory that malloc still has, down to the smallest blocks.
class Hoard {
 public:
  Hoard() {
    for (std::size_t size = std::size_t{1} << 24; size >= sizeof(Piece); size /= 2)
      while (void* const block = std::malloc(size)) first_ = new (block) Piece{first_};
  }
  Hoard(const Hoard&) = delete;
  ~Hoard() {
    while (first_) std::free(std::exchange(first_, first_->next));
  }

 private:
  struct Piece {
    Piece* next;
  };
  Piece* first_ = nullptr;
};
Task<> hoard(double seconds) {
  const Hoard all;
  co_await sleep(std::chrono::duration<double>(seconds));
}
WASIO_EXPORT(hoard, seconds)

// "<bytes> <sum of bytes>"
Task<std::string> drain(std::string url) {
  const auto source = co_await open_source(url);
  std::byte buffer[4096];
  std::size_t total = 0;
  unsigned sum = 0;
  while (const std::size_t count = co_await source->receive_into(buffer)) {
    total += count;
    for (std::size_t i = 0; i < count; ++i) sum += static_cast<unsigned>(buffer[i]);
  }
  co_return join_text(total, " ", sum);
}
WASIO_EXPORT(drain, url)

Task<double> live_blocks() {
  co_return static_cast<double>(memory_use().live_blocks);
}
WASIO_EXPORT(live_blocks)

} // namespace
