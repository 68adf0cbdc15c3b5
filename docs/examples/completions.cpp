// Makes reads through a completion queue awaitable: docs/awaitables.md.
#include <wasio/wasio.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <source_location>
#include <span>
#include <string>
#include <vector>

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
  void submit_read(void* tag, std::span<char> buffer);
  // The read completes as cancelled, unless it has completed already.
  void submit_cancel(void* tag);
  std::optional<Completion> take_completion();

  // The other side: data arrives for the read that was submitted first.
  void arrive(std::string_view data);

 private:
  struct Read {
    void* tag;
    std::span<char> buffer;
  };
  std::deque<Read> reads_;
  std::deque<Completion> completions_;
};

class Receive;

// A read in flight, from its submission to its completion. It is not part of the awaiting frame,
// which may be destroyed earlier, together with its runtime.
struct Flight {
  Receive* wait; // null: the wait is gone
  char buffer[64];
};

class Connection {
 public:
  explicit Connection(Queue& queue) : queue_(queue) {}
  // Receives the next bytes. Cancel point; a cancel loses no bytes. One receive at a time.
  Receive receive();

 private:
  friend Receive;
  Queue& queue_;
  std::string arrived_; // arrived but not yet received
};

class [[nodiscard]] Receive final : public Wait {
 public:
  explicit Receive(Connection& connection) : connection_(connection) {}
  Receive(const Receive&) = default;
  ~Receive() {
    if (pending()) flight_->wait = nullptr; // the completion still frees the flight
  }
  std::string await_resume() { return std::exchange(connection_.arrived_, {}); }

  static void completed(const Completion& completion) {
    const std::unique_ptr<Flight> flight(static_cast<Flight*>(completion.tag));
    if (flight->wait) flight->wait->landed(flight->buffer, completion.result);
  }

 private:
  std::string_view what() const override { return "receive"; }

  void start() override {
    if (!connection_.arrived_.empty()) return complete();
    asked_to_stop_ = false;
    flight_ = new Flight{.wait = this, .buffer = {}};
    connection_.queue_.submit_read(flight_, flight_->buffer);
  }

  Stop stop() override {
    asked_to_stop_ = true;
    connection_.queue_.submit_cancel(flight_);
    return Stop::later;
  }

  void landed(const char* data, int result) {
    if (result != Completion::cancelled)
      connection_.arrived_.assign(data, static_cast<std::size_t>(result));
    // Data that arrived despite the cancel stays in the connection for the next receive.
    asked_to_stop_ ? confirm_stop() : complete();
  }

  Connection& connection_;
  Flight* flight_ = nullptr;
  bool asked_to_stop_ = false;
};

Receive Connection::receive() {
  return Receive(*this);
}

Task<> take_completions(Queue& queue) {
  for (;;) {
    while (const auto completion = queue.take_completion()) Receive::completed(*completion);
    co_await sleep(1ms);
  }
}

void check(bool holds, std::source_location where = std::source_location::current()) {
  if (!holds) panic("the example does not hold", Place(where));
}

Task<> use_connection(TaskGroup& group, Queue& queue) {
  Connection connection(queue);
  auto received = group.spawn(connection.receive());
  co_await checkpoint();
  queue.arrive("first");
  check(co_await received == "first");

  // The cancel is faster than the data.
  check(!co_await move_on_after(2ms, connection.receive()));
  received = group.spawn(connection.receive());
  co_await checkpoint();
  queue.arrive("second");
  check(co_await received == "second");

  // The data is faster than the cancel, but its completion has not been taken yet.
  received = group.spawn(connection.receive());
  co_await checkpoint();
  queue.arrive("third");
  received.cancel();
  check(!co_await attempt(received) && received.cancelled());
  check(co_await connection.receive() == "third");
}

Task<int> run_example(Args) {
  Queue queue;
  co_await task_group([&](TaskGroup& group) -> Task<> {
    group.spawn(take_completions(queue));
    co_await use_connection(group, queue);
    group.cancel();
  });
  co_return 0;
}

// The implementation of the queue.

void Queue::submit_read(void* tag, std::span<char> buffer) {
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
  std::ranges::copy(data.substr(0, size), read.buffer.begin());
  completions_.push_back({read.tag, static_cast<int>(size)});
}

} // namespace

WASIO_MAIN(run_example)
