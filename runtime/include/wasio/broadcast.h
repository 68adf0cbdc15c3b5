// Broadcasts pass every item to all subscribed receivers.
#pragma once

#include <wasio/detail/counted.h>
#include <wasio/detail/list.h>
#include <wasio/detail/wait_line.h>
#include <wasio/error.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

WASIO_BEGIN

// What a broadcast does with a receiver that already has `capacity` unread items.
enum class SlowReceiver : std::uint8_t {
  wait,      // the send waits for the receiver
  skip,      // the receiver skips its oldest item; `skipped()` counts them
  disconnect // the receiver is disconnected: its receives fail with `lagged`
};

template <class T>
class BroadcastReceiver;
template <class T>
class Broadcaster;

namespace detail {

template <class T>
class BroadcastSend;
template <class T>
class BroadcastReceive;

// A receiver's position. Items are numbered from 0.
template <class T>
struct BroadcastCursor : ListNode<BroadcastCursor<T>> {
  std::uint64_t next = 0;
  std::uint64_t skipped = 0;
  bool cut_off = false;
  BroadcastReceive<T>* waiting = nullptr; // one at a time
};

// The state shared by all ends: one queue of items, into which every receiver has a cursor.
//
//   items:   [ 7 | 8 | 9 | 10 ]     first = 7, end() = 11
//              ^       ^        ^
//              slow    faster   has read everything, waits
//
// Invariant: `items` holds exactly the items that some receiver has not read yet, at most
// `capacity`; the first of them has the number `first`. Senders wait only under
// `SlowReceiver::wait`, while `items` is full.
template <class T>
struct BroadcastState : Counted<BroadcastState<T>> {
  BroadcastState(std::size_t capacity, SlowReceiver policy) : capacity(capacity), policy(policy) {}

  void no_references() { delete this; }
  std::uint64_t end() const { return first + items.size(); }

  void open(BroadcastCursor<T>& cursor) {
    cursor.next = end();
    cursors.add(cursor);
  }
  void close(BroadcastCursor<T>& cursor) {
    cursors.remove(cursor);
    forget_read();
  }

  // Whether a sender has to wait.
  bool full() const {
    return policy == SlowReceiver::wait && items.size() == capacity && cursors.first();
  }
  void put(T& item) {
    if (!cursors.first()) return; // no receivers
    if (items.size() == capacity) leave_behind();
    items.push_back(std::move(item));
    wake_receivers();
  }

  bool has_item(const BroadcastCursor<T>& cursor) const { return cursor.next != end(); }
  // There must be an item.
  void take(BroadcastCursor<T>& cursor, std::optional<T>& into) {
    into.emplace(items[static_cast<std::size_t>(cursor.next - first)]);
    ++cursor.next;
    forget_read();
  }

  void one_sender_less() {
    if (--senders == 0) wake_receivers();
  }

  const std::size_t capacity;
  const SlowReceiver policy;
  std::size_t senders = 0;
  std::uint64_t first = 0;
  std::deque<T> items;
  List<BroadcastCursor<T>> cursors;
  WaitLine sending;

 private:
  template <class F>
  void for_each_cursor(F function) {
    for (auto* each = cursors.first(); each;) {
      auto* const after = List<BroadcastCursor<T>>::after(*each);
      function(*each);
      each = after;
    }
  }
  void wake_receivers() {
    for_each_cursor([](BroadcastCursor<T>& cursor) {
      if (cursor.waiting) cursor.waiting->look_again();
    });
  }
  // Receivers that have yet to read the oldest item lose it, or are disconnected.
  void leave_behind() {
    for_each_cursor([this](BroadcastCursor<T>& cursor) {
      if (cursor.next != first) return;
      if (policy == SlowReceiver::skip) {
        ++cursor.next;
        ++cursor.skipped;
      } else {
        cursor.cut_off = true;
        cursor.next = ~std::uint64_t{0};
      }
    });
    items.pop_front();
    ++first;
  }
  // Drops the items that every receiver has read, which makes room for senders.
  void forget_read() {
    std::uint64_t least = end();
    for_each_cursor([&](BroadcastCursor<T>& cursor) {
      if (cursor.next < least) least = cursor.next;
    });
    for (; first < least; ++first) items.pop_front();
    while (!full()) {
      auto* const next = sending.take_first();
      if (!next) return;
      static_cast<BroadcastSend<T>*>(next)->accept();
    }
  }
};

template <class T>
class [[nodiscard("a send begins only when it is awaited")]] BroadcastSend final : public LineWait {
 public:
  BroadcastSend(BroadcastState<T>& state, T&& item) : state_(state), item_(std::move(item)) {
    ++state.senders;
  }
  BroadcastSend(BroadcastSend&& other) = default;
  ~BroadcastSend() {
    if (!state_) return;
    leave_line(); // before the state may be destroyed
    state_->one_sender_less();
  }
  void await_resume() const noexcept {}

  // Called on the first waiting send when there is room.
  void accept() {
    complete();
    state_->put(item_);
  }

 private:
  std::string_view what() const override { return "send"; }
  void start() override {
    if (state_->full()) return state_->sending.add(*this);
    accept();
  }

  Ref<BroadcastState<T>> state_;
  T item_;
};

template <class T>
class [[nodiscard("a receive begins only when it is awaited")]] BroadcastReceive final
    : public Wait {
 public:
  static constexpr bool always_stops = true;

  BroadcastReceive(BroadcastState<T>& state, BroadcastCursor<T>& cursor)
      : state_(&state), cursor_(&cursor) {}
  ~BroadcastReceive() {
    if (pending()) cursor_->waiting = nullptr;
  }
  BroadcastReceive(const BroadcastReceive& other)
      : Wait(other), state_(other.state_), cursor_(other.cursor_) {}
  std::optional<T> await_resume() { return std::move(item_); }

  // Called when there may be an item, an error or the end.
  void look_again() {
    if (this->is_held_back()) return;
    cursor_->waiting = nullptr;
    look();
  }

 private:
  std::string_view what() const override { return "receive"; }
  void start() override {
    if (cursor_->waiting)
      return fail(Error(errors::misuse, "another receive of this BroadcastReceiver is waiting"));
    look();
  }
  void look() {
    item_.reset();
    if (cursor_->cut_off)
      return fail(Error(errors::lagged, "the receiver was too slow and was disconnected"));
    const bool has_item = state_->has_item(*cursor_);
    if (!has_item && state_->senders > 0) {
      cursor_->waiting = this;
      return;
    }
    complete();
    if (has_item) state_->take(*cursor_, item_);
  }
  Stop stop() override {
    cursor_->waiting = nullptr;
    return Stop::stopped;
  }

  BroadcastState<T>* state_;
  BroadcastCursor<T>* cursor_;
  std::optional<T> item_;
};

} // namespace detail

// A receiving end, which gets every item sent since it subscribed. It must not be moved while a
// receive on it waits (that panics), and must outlive its receives.
template <class T>
class BroadcastReceiver {
 public:
  BroadcastReceiver(BroadcastReceiver&& other) noexcept { take_over(other); }
  BroadcastReceiver& operator=(BroadcastReceiver&& other) noexcept {
    if (this != &other) {
      close();
      take_over(other);
    }
    return *this;
  }
  ~BroadcastReceiver() { close(); }

  // Waits for a copy of the next item: returns `optional<T>`, nullopt at the end. Fails with
  // `lagged` once disconnected, and with `misuse` while another receive on this end waits. Cancel
  // point, and schedule point if it waits; a cancelled receive has taken nothing. O(receivers).
  detail::BroadcastReceive<T> receive() { return detail::BroadcastReceive<T>(state(), cursor_); }
  // Whether this end is neither closed nor moved from; one that was disconnected is still open.
  bool is_open() const { return static_cast<bool>(state_); }
  // Whether no sender is left: what remains unread can be received, and nothing comes after it.
  // Panics if this end is not open. O(1).
  bool peer_closed() const { return state().senders == 0; }
  // The number of items this receiver has skipped so far.
  std::uint64_t skipped() const { return cursor_.skipped; }

  // Closes this end before its destructor does. Panics while a receive waits. O(receivers).
  void close() {
    if (!state_) return;
    if (cursor_.waiting) panic("a BroadcastReceiver was closed while its receive waits");
    std::exchange(state_, {})->close(cursor_);
  }

 private:
  friend Broadcaster<T>;

  explicit BroadcastReceiver(detail::BroadcastState<T>& state) : state_(state) {
    state.open(cursor_);
  }
  detail::BroadcastState<T>& state() const {
    if (!state_) panic("this end of the broadcast was moved from or closed");
    return *state_;
  }
  void take_over(BroadcastReceiver& other) {
    state_ = std::move(other.state_);
    if (!state_) return;
    if (other.cursor_.waiting) panic("a BroadcastReceiver was moved while its receive waits");
    state_->cursors.remove(other.cursor_);
    cursor_.next = other.cursor_.next;
    cursor_.skipped = other.cursor_.skipped;
    cursor_.cut_off = other.cursor_.cut_off;
    state_->cursors.add(cursor_);
  }

  detail::Ref<detail::BroadcastState<T>> state_;
  detail::BroadcastCursor<T> cursor_;
};

// The sending end. Copies are senders of their own; when the last one is gone, receivers get the
// remaining items and then the end.
template <class T>
class Broadcaster {
 public:
  Broadcaster(const Broadcaster& other) : state_(other.state_) { count(); }
  Broadcaster(Broadcaster&& other) noexcept = default;
  Broadcaster& operator=(Broadcaster other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~Broadcaster() { close(); }

  // Sends the item to all current receivers; if there are none, drops it. Waits only under
  // `SlowReceiver::wait`, while the slowest receiver has no room. Cancel point, and schedule point
  // if it waits; a cancelled send has not sent. O(receivers).
  detail::BroadcastSend<T> send(T item) const {
    return detail::BroadcastSend<T>(state(), std::move(item));
  }
  // Returns a new receiving end, which gets the items sent from now on. O(1).
  BroadcastReceiver<T> subscribe() const { return BroadcastReceiver<T>(state()); }

  // Whether this end is neither closed nor moved from.
  bool is_open() const { return static_cast<bool>(state_); }
  // Whether no receiver is subscribed now, so that sends are dropped. Unlike in a channel, one may
  // subscribe later. Panics if this end is not open. O(1).
  bool peer_closed() const { return state().cursors.empty(); }

  // Closes this end before its destructor does. O(receivers).
  void close() {
    if (const auto state = std::exchange(state_, {})) state->one_sender_less();
  }

 private:
  template <std::copy_constructible U>
  friend Broadcaster<U> broadcast(std::size_t capacity, SlowReceiver policy);

  explicit Broadcaster(detail::Ref<detail::BroadcastState<T>> state) : state_(std::move(state)) {
    count();
  }
  detail::BroadcastState<T>& state() const {
    if (!state_) panic("this end of the broadcast was moved from or closed");
    return *state_;
  }
  void count() {
    if (state_) ++state_->senders;
  }

  detail::Ref<detail::BroadcastState<T>> state_;
};

// Makes a broadcast that keeps up to `capacity` items for receivers that have not read them yet.
// Panics if `capacity` is 0.
// `auto news = broadcast<Line>(16, SlowReceiver::skip);` and `auto mine = news.subscribe();`
template <std::copy_constructible T>
Broadcaster<T> broadcast(std::size_t capacity, SlowReceiver policy) {
  if (capacity == 0) panic("broadcast(): capacity is 0; it must be at least 1");
  return Broadcaster<T>(detail::Ref<detail::BroadcastState<T>>::take_over(
      new detail::BroadcastState<T>(capacity, policy)));
}

WASIO_END
