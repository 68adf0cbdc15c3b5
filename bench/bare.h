// What ours is compared with: a minimal coroutine task and ready queue. No errors, no cancels, no
// places, no checks; frames come from the same free list as wasio's.
#pragma once

#include <wasio/memory.h>

#include <coroutine>
#include <utility>

namespace bench {

// A promise whose frames come from the free list.
struct BareFrame : wasio::detail::Pooled {
  static void unhandled_exception() {}
};

// A lazy coroutine with one awaiter, awaited by symmetric transfer.
template <class T>
class [[nodiscard]] BareTask {
 public:
  struct promise_type : BareFrame {
    std::coroutine_handle<> awaiter = std::noop_coroutine();
    T value;

    struct Final {
      bool await_ready() const noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> ended) noexcept {
        return ended.promise().awaiter;
      }
      void await_resume() const noexcept {}
    };
    BareTask get_return_object() { return BareTask(Handle::from_promise(*this)); }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    Final final_suspend() const noexcept { return {}; }
    void return_value(T result) { value = std::move(result); }
  };
  using Handle = std::coroutine_handle<promise_type>;

  BareTask(BareTask&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  BareTask& operator=(BareTask&&) = delete;
  ~BareTask() {
    if (frame_) frame_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiter) noexcept {
    frame_.promise().awaiter = awaiter;
    return frame_;
  }
  T await_resume() { return std::move(frame_.promise().value); }

  // From outside coroutines.
  void start() { frame_.resume(); }

 private:
  explicit BareTask(Handle frame) : frame_(frame) {}
  Handle frame_;
};

// A FIFO of ready coroutines.
class BareQueue {
 public:
  struct Entry {
    std::coroutine_handle<> handle;
    Entry* next = nullptr;
  };

  void push(Entry& entry) {
    entry.next = nullptr;
    (last_ ? last_->next : first_) = &entry;
    last_ = &entry;
  }
  void run() {
    while (Entry* entry = first_) {
      first_ = entry->next;
      if (!first_) last_ = nullptr;
      entry->handle.resume();
    }
  }

 private:
  Entry* first_ = nullptr;
  Entry* last_ = nullptr;
};

inline constinit BareQueue bare_queue;

// Goes to the back of the queue.
class BareYield : BareQueue::Entry {
 public:
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiting) noexcept {
    handle = waiting;
    bare_queue.push(*this);
  }
  void await_resume() const noexcept {}
};

// Waits until all of `left` coroutines have ended.
class BareLatch : BareQueue::Entry {
 public:
  explicit BareLatch(int left) : left_(left) {}

  void count_down() {
    if (--left_ == 0 && handle) bare_queue.push(*this);
  }
  bool await_ready() const noexcept { return left_ == 0; }
  void await_suspend(std::coroutine_handle<> waiting) noexcept { handle = waiting; }
  void await_resume() const noexcept {}

 private:
  int left_;
};

// A coroutine that starts from the queue, counts down its latch and destroys itself.
struct BareSpawned {
  struct promise_type : BareFrame {
    BareQueue::Entry entry;
    BareLatch& latch;

    template <class... Args>
    explicit promise_type(BareLatch& latch, Args&...) : latch(latch) {}
    BareSpawned get_return_object() const noexcept { return {}; }
    std::suspend_always initial_suspend() noexcept {
      entry.handle = std::coroutine_handle<promise_type>::from_promise(*this);
      bare_queue.push(entry);
      return {};
    }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() { latch.count_down(); }
  };
};

} // namespace bench
