#include <wasio/attempt.h>
#include <wasio/cancel_scope.h>
#include <wasio/detail/random.h>
#include <wasio/fail.h>
#include <wasio/io/testing/check_stream.h>
#include <wasio/sleep.h>
#include <wasio/task_group.h>
#include <wasio/testing/wait_all_tasks_blocked.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

WASIO_BEGIN
namespace detail {
namespace {

using Bytes = std::vector<std::byte>;

Bytes some_bytes(std::size_t count) {
  Random random(count);
  Bytes bytes(count);
  for (auto& byte : bytes) byte = static_cast<std::byte>(random.below(256));
  return bytes;
}

Result<> want(bool holds, std::string_view otherwise) {
  if (holds) return {};
  return std::unexpected(Error(errors::failure, otherwise));
}

template <class T>
Result<> want_error(const Result<T>& result, const ErrorKind& kind, std::string_view what) {
  if (result)
    return std::unexpected(
        Error(errors::failure, join_text(what, " succeeded; it must fail with ", kind.name)));
  if (result.error().is(kind)) return {};
  return std::unexpected(
      Error(errors::failure, join_text(what, " failed with ", result.error().kind().name,
                                       "; it must fail with ", kind.name))
          .with_cause(result.error()));
}

// Receives until the end, 1 to `most` bytes at a time.
Task<> receive_all(ReceiveStream& stream, Bytes& into, Random random, std::size_t most) {
  Bytes room(most);
  for (;;) {
    const std::size_t size = 1 + random.below(most);
    const std::size_t count = co_await stream.receive_into(std::span(room).first(size));
    co_await want(count <= size, "receive_into() returned more than the size of its span");
    if (count == 0) co_return;
    into.insert(into.end(), room.begin(), room.begin() + static_cast<std::ptrdiff_t>(count));
  }
}

Task<> want_end(ReceiveStream& stream) {
  std::array<std::byte, 16> room;
  for (int i = 0; i < 2; ++i) {
    const bool at_end = co_await stream.receive_into(room) == 0;
    co_await want(at_end, "bytes arrived after the end");
  }
}

Task<> send_in_pieces(SendStream& stream, std::span<const std::byte> bytes, Random random,
                      std::size_t most) {
  while (!bytes.empty()) {
    const std::size_t count = std::min(bytes.size(), random.below(most));
    co_await stream.send_all(bytes.first(count));
    if (random.below(8) == 0) co_await checkpoint();
    bytes = bytes.subspan(count);
  }
}

// A receive to run in a task of its own, where it waits.
class WaitingReceive {
 public:
  explicit WaitingReceive(ReceiveStream& stream) : stream_(stream) {}
  Task<> operator()() { result = co_await attempt(stream_.receive_into(room_)); }

  std::optional<Result<std::size_t>> result;

 private:
  ReceiveStream& stream_;
  std::array<std::byte, 16> room_;
};

class WaitingSend {
 public:
  WaitingSend(SendStream& stream, std::size_t count) : stream_(stream), bytes_(some_bytes(count)) {}
  Task<> operator()() { result = co_await attempt(stream_.send_all(bytes_)); }

  std::optional<Result<>> result;

 private:
  SendStream& stream_;
  Bytes bytes_;
};

// Runs `act` once `waits` is blocked; ends when both have ended.
Task<> once_blocked(Task<> waits, Task<> act) {
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(std::move(waits));
    co_await wait_all_tasks_blocked();
    co_await std::move(act);
  });
}

Task<> close_under_cancel(auto& stream) {
  CancelScope scope;
  scope.cancel();
  co_await scope.run([&]() -> Task<> { co_await stream.aclose(); });
}

// Receives once, and cancels the receive immediately unless bytes were available.
Task<> receive_impatiently(ReceiveStream& stream, Bytes& into) {
  std::array<std::byte, 7> room;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto receive = group.spawn([&]() -> Task<> {
      const std::size_t count = co_await stream.receive_into(room);
      into.insert(into.end(), room.begin(), room.begin() + static_cast<std::ptrdiff_t>(count));
    });
    co_await checkpoint();
    receive.cancel();
  });
}

// The checks.

Task<> pieces_arrive(OneWayEnds& ends, const StreamCheckOptions& options) {
  const Bytes sent = some_bytes(20'000);
  Bytes got;
  co_await task_group([&](TaskGroup& group) {
    group.spawn([&]() -> Task<> {
      co_await send_in_pieces(*ends.sender, sent, Random(options.seed), 300);
      co_await ends.sender->aclose();
    });
    group.spawn(receive_all(*ends.receiver, got, Random(options.seed + 1), 500));
  });
  co_await want(got == sent, "the bytes received are not the bytes sent");
  co_await want_end(*ends.receiver);
}

Task<> big_send_arrives(OneWayEnds& ends, const StreamCheckOptions& options) {
  const Bytes sent = some_bytes(options.too_much);
  Bytes got;
  co_await task_group([&](TaskGroup& group) {
    group.spawn([&]() -> Task<> {
      co_await ends.sender->send_all(sent);
      ends.sender.reset();
    });
    group.spawn(receive_all(*ends.receiver, got, Random(options.seed), 100'000));
  });
  co_await want(got == sent, "the bytes received are not the bytes sent");
  co_await want_end(*ends.receiver);
}

Task<> no_room_is_misuse(OneWayEnds& ends, const StreamCheckOptions&) {
  co_await want_error(co_await attempt(ends.receiver->receive_into({})), errors::misuse,
                      "a receive into an empty span");
}

Task<> second_receive_is_busy(OneWayEnds& ends, const StreamCheckOptions&) {
  WaitingReceive first(*ends.receiver);
  WaitingReceive second(*ends.receiver);
  const Bytes sent = some_bytes(1);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(first());
    co_await wait_all_tasks_blocked();
    co_await want(!first.result, "a receive completed before anything was sent");
    co_await second();
    co_await ends.sender->send_all(sent);
  });
  co_await want_error(*second.result, errors::busy, "the second concurrent receive");
  const std::size_t count = co_await *first.result;
  co_await want(count == 1, "the first receive did not return the 1 byte sent");
}

Task<> second_send_is_busy(OneWayEnds& ends, const StreamCheckOptions& options) {
  WaitingSend first(*ends.sender, options.too_much);
  WaitingSend second(*ends.sender, 1);
  Bytes got;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(first());
    co_await wait_all_tasks_blocked();
    co_await want(!first.result, "a send of too_much bytes did not wait; raise too_much");
    co_await second();
    group.spawn(receive_all(*ends.receiver, got, Random(options.seed), 100'000));
    co_await wait_all_tasks_blocked();
    co_await ends.sender->aclose();
  });
  co_await want_error(*second.result, errors::busy, "the second concurrent send");
  co_await *first.result;
  co_await want(got == some_bytes(options.too_much),
                "the bytes received are not those of the first send");
}

Task<> closed_receiver(OneWayEnds& ends, const StreamCheckOptions&) {
  std::array<std::byte, 16> room;
  for (int i = 0; i < 2; ++i) {
    co_await ends.receiver->aclose();
    co_await want_error(co_await attempt(ends.receiver->receive_into(room)), errors::closed,
                        "a receive after aclose");
  }
}

Task<> closed_sender(OneWayEnds& ends, const StreamCheckOptions&) {
  const Bytes sent = some_bytes(16);
  for (int i = 0; i < 2; ++i) {
    co_await ends.sender->aclose();
    co_await want_error(co_await attempt(ends.sender->send_all(sent)), errors::closed,
                        "a send after aclose");
  }
  co_await want_end(*ends.receiver);
}

Task<> close_wakes_receive(OneWayEnds& ends, const StreamCheckOptions&) {
  WaitingReceive receive(*ends.receiver);
  co_await once_blocked(receive(), ends.receiver->aclose());
  co_await want_error(*receive.result, errors::closed, "a receive waiting at aclose");
}

Task<> close_wakes_send(OneWayEnds& ends, const StreamCheckOptions& options) {
  WaitingSend send(*ends.sender, options.too_much);
  co_await once_blocked(send(), ends.sender->aclose());
  co_await want_error(*send.result, errors::closed, "a send waiting at aclose");
}

Task<> close_of_peer_wakes_send(OneWayEnds& ends, const StreamCheckOptions& options) {
  WaitingSend send(*ends.sender, options.too_much);
  co_await once_blocked(send(), ends.receiver->aclose());
  co_await want_error(*send.result, errors::closed, "a send waiting when the receiver closed");
}

Task<> close_of_peer_ends_receive(OneWayEnds& ends, const StreamCheckOptions&) {
  WaitingReceive receive(*ends.receiver);
  co_await once_blocked(receive(), ends.sender->aclose());
  const std::size_t count = co_await *receive.result;
  co_await want(count == 0, "a receive waiting when the sender closed did not return 0");
  co_await want_end(*ends.receiver);
}

Task<> receive_closes_under_cancel(OneWayEnds& ends, const StreamCheckOptions&) {
  std::array<std::byte, 16> room;
  co_await close_under_cancel(*ends.receiver);
  co_await want_error(co_await attempt(ends.receiver->receive_into(room)), errors::closed,
                      "a receive after a cancelled aclose");
}

Task<> send_closes_under_cancel(OneWayEnds& ends, const StreamCheckOptions&) {
  const Bytes sent = some_bytes(16);
  co_await close_under_cancel(*ends.sender);
  co_await want_error(co_await attempt(ends.sender->send_all(sent)), errors::closed,
                      "a send after a cancelled aclose");
  co_await want_end(*ends.receiver);
}

// A stream may notice only during a later send that no receiver is left; that send must then fail.
Task<> want_sends_refused(SendStream& stream, const StreamCheckOptions& options) {
  const Bytes sent = some_bytes(1000);
  for (std::size_t all = 0; all <= options.too_much; all += sent.size()) {
    const auto result = co_await attempt(stream.send_all(sent));
    if (!result) co_return co_await want_error(result, errors::closed, "a send without a receiver");
    co_await checkpoint();
  }
  co_await fail(errors::failure, "sends kept succeeding without a receiver; they must fail");
}
Task<> send_to_closed_peer(OneWayEnds& ends, const StreamCheckOptions& options) {
  co_await ends.receiver->aclose();
  co_await want_sends_refused(*ends.sender, options);
}
Task<> send_to_destroyed_peer(OneWayEnds& ends, const StreamCheckOptions& options) {
  ends.receiver.reset();
  co_await want_sends_refused(*ends.sender, options);
}

Task<> cancels_lose_nothing(OneWayEnds& ends, const StreamCheckOptions& options) {
  const Bytes sent = some_bytes(2000);
  Bytes got;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn([&]() -> Task<> {
      co_await send_in_pieces(*ends.sender, sent, Random(options.seed), 20);
      co_await ends.sender->aclose();
    });
    for (int i = 0; i < 500; ++i) co_await receive_impatiently(*ends.receiver, got);
    co_await receive_all(*ends.receiver, got, Random(options.seed), 50);
  });
  co_await want(got == sent, "the bytes received are not the bytes sent");
}

Task<> eof_is_one_way(TwoWayEnds& ends, const StreamCheckOptions&) {
  const Bytes sent = some_bytes(100);
  Bytes got;
  for (int i = 0; i < 2; ++i) co_await ends.left->send_eof();
  co_await want_end(*ends.right);
  co_await want_error(co_await attempt(ends.left->send_all(sent)), errors::closed,
                      "a send after send_eof");
  co_await task_group([&](TaskGroup& group) {
    group.spawn([&]() -> Task<> {
      co_await ends.right->send_all(sent);
      co_await ends.right->send_eof();
    });
    group.spawn(receive_all(*ends.left, got, Random(1), 200));
  });
  co_await want(got == sent, "the bytes received after send_eof are not the bytes sent");
}

Task<> eof_while_sending_is_busy(TwoWayEnds& ends, const StreamCheckOptions& options) {
  WaitingSend send(*ends.left, options.too_much);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(send());
    co_await wait_all_tasks_blocked();
    co_await want_error(co_await attempt(ends.left->send_eof()), errors::busy,
                        "send_eof while a send waits");
    co_await ends.left->aclose();
  });
}

Task<> eof_after_close(TwoWayEnds& ends, const StreamCheckOptions&) {
  co_await ends.left->aclose();
  co_await want_error(co_await attempt(ends.left->send_eof()), errors::closed,
                      "send_eof after aclose");
}

Task<> both_ways_at_once(TwoWayEnds& ends, const StreamCheckOptions& options) {
  const Bytes sent = some_bytes(options.too_much);
  Bytes left;
  Bytes right;
  const auto send = [&](ByteStream& stream) -> Task<> {
    co_await stream.send_all(sent);
    co_await stream.send_eof();
  };
  co_await task_group([&](TaskGroup& group) {
    group.spawn(send(*ends.left));
    group.spawn(send(*ends.right));
    group.spawn(receive_all(*ends.left, left, Random(options.seed), 100'000));
    group.spawn(receive_all(*ends.right, right, Random(options.seed + 1), 100'000));
  });
  co_await want(left == sent && right == sent, "the bytes received are not the bytes sent");
}

Task<> source_wants_room(std::unique_ptr<ReceiveStream>& stream, const StreamCheckOptions&) {
  co_await want_error(co_await attempt(stream->receive_into({})), errors::misuse,
                      "a receive into an empty span");
}

Task<> source_closes(std::unique_ptr<ReceiveStream>& stream, const StreamCheckOptions& options) {
  OneWayEnds ends{nullptr, std::move(stream)};
  co_await closed_receiver(ends, options);
}

Task<> source_closes_under_cancel(std::unique_ptr<ReceiveStream>& stream,
                                  const StreamCheckOptions& options) {
  OneWayEnds ends{nullptr, std::move(stream)};
  co_await receive_closes_under_cancel(ends, options);
}

// Applies only if a receive waits at all; a file is read immediately.
Task<> source_is_busy(std::unique_ptr<ReceiveStream>& stream, const StreamCheckOptions&) {
  WaitingReceive first(*stream);
  WaitingReceive second(*stream);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(first());
    co_await checkpoint();
    if (first.result) co_return;
    co_await second();
    co_await want_error(*second.result, errors::busy, "the second concurrent receive");
  });
}

Task<> source_close_wakes(std::unique_ptr<ReceiveStream>& stream, const StreamCheckOptions&) {
  WaitingReceive receive(*stream);
  bool waited = false;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(receive());
    co_await checkpoint();
    waited = !receive.result;
    co_await stream->aclose();
  });
  if (waited) co_await want_error(*receive.result, errors::closed, "a receive waiting at aclose");
}

constexpr StreamCheck<OneWayEnds> checks_of_one_way[] = {
    {"pieces of any size arrive whole and in order, then the end", pieces_arrive},
    {"a send of too_much bytes arrives whole; destroying the sender is the end", big_send_arrives},
    {"a receive into an empty span fails with misuse", no_room_is_misuse},
    {"a second concurrent receive fails with busy", second_receive_is_busy},
    {"a second concurrent send fails with busy", second_send_is_busy},
    {"a receiver can be closed twice; receives then fail with closed", closed_receiver},
    {"a sender can be closed twice; sends then fail with closed", closed_sender},
    {"aclose wakes a waiting receive", close_wakes_receive},
    {"aclose wakes a waiting send", close_wakes_send},
    {"aclose of the receiver wakes a waiting send", close_of_peer_wakes_send},
    {"aclose of the sender ends a waiting receive", close_of_peer_ends_receive},
    {"a cancelled aclose still closes a receiver", receive_closes_under_cancel},
    {"a cancelled aclose still closes a sender", send_closes_under_cancel},
    {"a send to a closed receiver fails with closed", send_to_closed_peer},
    {"a send to a destroyed receiver fails with closed", send_to_destroyed_peer},
    {"cancelled receives lose no bytes", cancels_lose_nothing},
};

constexpr StreamCheck<TwoWayEnds> checks_of_two_ways[] = {
    {"send_eof ends one direction and leaves the other open", eof_is_one_way},
    {"send_eof while a send waits fails with busy", eof_while_sending_is_busy},
    {"send_eof after aclose fails with closed", eof_after_close},
    {"the two directions do not wait for each other", both_ways_at_once},
};

constexpr StreamCheck<std::unique_ptr<ReceiveStream>> checks_of_sources[] = {
    {"a receive into an empty span fails with misuse", source_wants_room},
    {"the stream can be closed twice; receives then fail with closed", source_closes},
    {"a cancelled aclose still closes the stream", source_closes_under_cancel},
    {"a second concurrent receive fails with busy", source_is_busy},
    {"aclose wakes a waiting receive", source_close_wakes},
};

} // namespace

std::span<const StreamCheck<OneWayEnds>> one_way_checks() {
  return checks_of_one_way;
}
std::span<const StreamCheck<TwoWayEnds>> two_way_checks() {
  return checks_of_two_ways;
}
std::span<const StreamCheck<std::unique_ptr<ReceiveStream>>> receive_checks() {
  return checks_of_sources;
}

OneWayEnds there(TwoWayEnds ends) {
  return {std::move(ends.left), std::move(ends.right)};
}
OneWayEnds back(TwoWayEnds ends) {
  return {std::move(ends.right), std::move(ends.left)};
}

Task<> run_check(std::string_view what, std::string_view name, Task<> check, Duration limit) {
  const auto ended = co_await attempt(fail_after(limit, std::move(check)));
  if (ended) co_return;
  const Error why = ended.error().unwrap_single();
  co_await fail(
      Error(errors::failure, join_text(what, ": ", name, ": ", why.message())).with_cause(why));
}

// Receives in random sizes; for even seeds, some of the receives are cancelled.
Task<> check_contents(std::unique_ptr<ReceiveStream> stream, std::span<const std::byte> expected,
                      std::uint64_t seed) {
  Random random(seed);
  Bytes got;
  for (int i = 0; i < 20 && seed % 2 == 0; ++i) co_await receive_impatiently(*stream, got);
  const std::size_t most = std::size_t{1} << random.below(17);
  co_await receive_all(*stream, got, random, most);
  co_await want(std::ranges::equal(got, expected), "the bytes received are not the expected bytes");
  co_await want_end(*stream);
}

} // namespace detail
WASIO_END
