// A stream that reads through a completion queue: docs/awaitables.md.
#include <wasio/io/completion_driver.h>
#include <wasio/wasio.h>

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <source_location>
#include <span>
#include <string>

using namespace wasio;
using namespace std::chrono_literals;

namespace {

// A completion queue like those of operating systems. Reads are submitted with a tag; each produces
// one completion, which the program has to take. Until then the buffer belongs to the queue.
struct Completion {
  static constexpr int cancelled = -1;
  void* tag;
  int result; // bytes, or `cancelled`
};

class Queue {
 public:
  void submit_read(void* tag, std::span<std::byte> buffer);
  // The read completes as cancelled, unless it has completed already.
  void submit_cancel(void* tag);
  std::optional<Completion> take_completion();

  // The other side: data arrives for the read that was submitted first.
  void arrive(std::string_view data);

 private:
  struct Read {
    void* tag;
    std::span<std::byte> buffer;
  };
  std::deque<Read> reads_;
  std::deque<Completion> completions_;
};

class Connection;

// A read in flight, from its submission to its completion, which frees it.
struct Flight {
  Connection* connection;              // null: the stream is gone
  std::unique_ptr<std::byte[]> buffer; // that of a stream that is gone
};

class Connection final : public CompletionReceiveDriver {
 public:
  explicit Connection(Queue& queue) : CompletionReceiveDriver(64), queue_(queue) {}

  std::string_view name() const override { return "connection"; }
  void close() override {
    if (!in_flight()) return;
    flight_->connection = nullptr;
    flight_->buffer = take_buffer(); // the queue may still write to it
    queue_.submit_cancel(flight_);
  }

  static void landed(const Completion& completion) {
    const std::unique_ptr<Flight> flight(static_cast<Flight*>(completion.tag));
    Connection* const connection = flight->connection;
    if (!connection) return;
    if (completion.result == Completion::cancelled) return connection->receive_cancelled();
    connection->completed(static_cast<std::size_t>(completion.result));
  }

 private:
  void begin_receive(std::span<std::byte> buffer) override {
    flight_ = new Flight{.connection = this, .buffer = nullptr};
    queue_.submit_read(flight_, buffer);
  }
  void cancel_receive() override { queue_.submit_cancel(flight_); }

  Queue& queue_;
  Flight* flight_ = nullptr;
};

Task<> take_completions(Queue& queue) {
  for (;;) {
    while (const auto completion = queue.take_completion()) Connection::landed(*completion);
    co_await sleep(1ms);
  }
}

Task<std::string> receive(ReceiveStream& stream) {
  std::array<std::byte, 100> room;
  const std::size_t count = co_await stream.receive_into(room);
  co_return std::string(reinterpret_cast<const char*>(room.data()), count);
}

void check(bool holds, std::source_location where = std::source_location::current()) {
  if (!holds) panic("the example does not hold", Place(where));
}

Task<> use_connection(TaskGroup& group, Queue& queue) {
  ReceiveStreamOf<Connection> stream(std::in_place, queue);
  auto received = group.spawn(receive(stream));
  co_await checkpoint();
  queue.arrive("first");
  check(co_await received == "first");

  // The cancel is faster than the data.
  check(!co_await move_on_after(2ms, receive(stream)));
  received = group.spawn(receive(stream));
  co_await sleep(2ms);
  queue.arrive("second");
  check(co_await received == "second");

  // The data is faster than the cancel, but its completion has not been taken yet.
  received = group.spawn(receive(stream));
  co_await checkpoint();
  queue.arrive("third");
  received.cancel();
  check(!co_await attempt(received) && received.cancelled());
  check(co_await receive(stream) == "third");

  // The stream is destroyed while a read is in flight. Its buffer lives until the completion.
  check(!co_await move_on_after(2ms, receive(stream)));
}

Task<int> run_example(Args) {
  Queue queue;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(take_completions(queue));
    co_await use_connection(group, queue);
    co_await sleep(2ms);
    group.cancel();
  });
  co_return 0;
}

// The implementation of the queue.

void Queue::submit_read(void* tag, std::span<std::byte> buffer) {
  reads_.push_back({tag, buffer});
}

void Queue::submit_cancel(void* tag) {
  const auto read = std::ranges::find(reads_, tag, &Read::tag);
  if (read == reads_.end()) return;
  reads_.erase(read);
  completions_.push_back({tag, Completion::cancelled});
}

std::optional<Completion> Queue::take_completion() {
  if (completions_.empty()) return std::nullopt;
  const Completion first = completions_.front();
  completions_.pop_front();
  return first;
}

void Queue::arrive(std::string_view data) {
  const Read read = reads_.front();
  reads_.pop_front();
  const std::size_t size = std::min(data.size(), read.buffer.size());
  std::ranges::copy(as_bytes(data).first(size), read.buffer.begin());
  completions_.push_back({read.tag, static_cast<int>(size)});
}

} // namespace

WASIO_MAIN(run_example)
