// Channels pass items from senders to receivers, in order, with backpressure.
#pragma once

#include <wasio/detail/counted.h>
#include <wasio/detail/wait_line.h>
#include <wasio/error.h>
#include <wasio/fail.h>

#include <concepts>
#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

WASIO_BEGIN
namespace detail {

template <class T>
class ChannelSendBase;
template <class T>
class ChannelReceive;

// The state shared by all ends; it lives as long as any of them. A wait holds an end of its side.
//
// Invariant: senders wait only while `items` is full and no receiver waits; receivers wait only
// while `items` is empty and no sender waits.
template <class T>
struct ChannelState : Counted<ChannelState<T>> {
  explicit ChannelState(std::size_t capacity) : capacity(capacity) {}

  void no_references() { delete this; }
  void one_sender_less() {
    if (--senders == 0)
      while (auto* wait = take_first_receive()) wait->end();
  }
  void one_receiver_less() {
    if (--receivers != 0) return;
    while (auto* wait = take_first_send()) wait->refuse();
    std::deque<T>().swap(items);
  }

  ChannelSendBase<T>* take_first_send() {
    return static_cast<ChannelSendBase<T>*>(sending.take_first());
  }
  ChannelReceive<T>* take_first_receive() {
    return static_cast<ChannelReceive<T>*>(receiving.take_first());
  }

  const std::size_t capacity;
  // The ends hold a reference each beside these counts: while the last receiver destroys the
  // remaining items, one of them may hold the last sender.
  std::size_t senders = 0;
  std::size_t receivers = 0;
  std::deque<T> items;
  WaitLine sending;
  WaitLine receiving;
};

} // namespace detail

// A snapshot of a channel.
struct ChannelStatistics {
  std::size_t capacity = 0;
  std::size_t buffered = 0;
  std::size_t senders = 0; // open ends; a send in progress counts as one too
  std::size_t receivers = 0;
  std::size_t sending = 0; // waiting sends
  std::size_t receiving = 0;
};

namespace detail {

// One end of a channel, counted so that the channel notices when the last one of a side is gone.
template <class T, bool sends>
class ChannelEnd {
 public:
  ChannelEnd() = default;
  explicit ChannelEnd(Ref<ChannelState<T>> state) : state_(std::move(state)) { count(); }
  ChannelEnd(const ChannelEnd& other) : state_(other.state_) { count(); }
  ChannelEnd(ChannelEnd&& other) noexcept = default;
  ChannelEnd& operator=(ChannelEnd other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~ChannelEnd() {
    if (state_) leave(*state_);
  }

  // Whether this end is neither closed nor moved from. Of the rest, only `close` may be called on
  // one that is not open; everything else panics.
  bool is_open() const { return static_cast<bool>(state_); }
  // Whether the other side has no end left, which stays so: then a send fails with `closed`, and
  // a receive returns the remaining items and then the end. O(1).
  bool peer_closed() const { return (sends ? state().receivers : state().senders) == 0; }

  // Closes this end before its destructor does. O(1), or O(waiting) for the last of its side.
  void close() {
    if (!state_) return;
    const auto state = std::move(state_);
    leave(*state);
  }

  // O(1).
  ChannelStatistics statistics() const {
    const ChannelState<T>& all = state();
    return {.capacity = all.capacity,
            .buffered = all.items.size(),
            .senders = all.senders,
            .receivers = all.receivers,
            .sending = all.sending.size(),
            .receiving = all.receiving.size()};
  }

  ChannelState<T>& state() const {
    if (!state_) panic("this end of the channel was moved from or closed");
    return *state_;
  }

 private:
  static void leave(ChannelState<T>& state) {
    if constexpr (sends) {
      state.one_sender_less();
    } else {
      state.one_receiver_less();
    }
  }
  void count() {
    if (state_) ++(sends ? state_->senders : state_->receivers);
  }

  Ref<ChannelState<T>> state_;
};

inline Error no_receiver() {
  return Error(errors::closed, "the channel has no receiver left");
}

// Hands the item over to a waiting receiver, or puts it into the buffer. Returns false if no
// receiver waits and the buffer is full.
template <class T>
bool hand_over(ChannelState<T>& state, T& item) {
  if (auto* waiting = state.take_first_receive()) {
    waiting->put_item(std::move(item));
    return true;
  }
  if (state.items.size() >= state.capacity) return false;
  state.items.push_back(std::move(item));
  return true;
}

// Takes the next item from the buffer, which is then refilled from the first waiting sender, or
// directly from that sender. If there is neither, `into` is empty. T need not be assignable.
template <class T>
void take_next(ChannelState<T>& state, std::optional<T>& into) {
  into.reset();
  if (!state.items.empty()) {
    into.emplace(std::move(state.items.front()));
    state.items.pop_front();
    if (auto* waiting = state.take_first_send()) state.items.push_back(waiting->take_item());
  } else if (auto* waiting = state.take_first_send()) {
    into.emplace(waiting->take_item());
  }
}

// What the sends have in common, whoever owns the item.
template <class T>
class ChannelSendBase : public LineWait {
 public:
  void await_resume() const noexcept {}

  // Called by a receiver that takes the item from this waiting send.
  T take_item() {
    complete();
    return std::move(*item_);
  }
  void refuse() { fail(no_receiver()); }

 protected:
  ChannelSendBase(const ChannelEnd<T, true>& end, T* item) : end_(end), item_(item) {}
  ChannelSendBase(ChannelSendBase&&) = default;
  ~ChannelSendBase() { leave_line(); } // before `end_`, which may destroy the channel

  void start() override {
    ChannelState<T>& state = end_.state();
    if (state.receivers == 0) return fail(no_receiver());
    if (hand_over(state, *item_)) return complete();
    state.sending.add(*this);
  }
  // Where the item stays until it is taken. Called before `start`.
  void set_item(T& item) { item_ = &item; }

 private:
  std::string_view what() const override { return "send"; }

  ChannelEnd<T, true> end_; // the channel has a sender as long as an item is being sent
  T* item_;
};

template <class T>
class [[nodiscard("a send begins only when it is awaited")]] ChannelSend final
    : public ChannelSendBase<T> {
 public:
  // As a losing branch it would destroy an item that exists nowhere else.
  static constexpr bool always_stops = std::copy_constructible<T>;

  ChannelSend(const ChannelEnd<T, true>& end, T&& item)
      : ChannelSendBase<T>(end, nullptr), item_(std::move(item)) {}
  ChannelSend(ChannelSend&&) = default;
  ~ChannelSend() { this->leave_line(); } // before the item

 private:
  void start() override {
    this->set_item(item_);
    ChannelSendBase<T>::start();
  }

  T item_;
};

template <class T>
class [[nodiscard("a send begins only when it is awaited")]] ChannelSendFrom final
    : public ChannelSendBase<T> {
 public:
  ChannelSendFrom(const ChannelEnd<T, true>& end, T& item) : ChannelSendBase<T>(end, &item) {}
};

template <class T>
class [[nodiscard("a receive begins only when it is awaited")]] ChannelReceive final
    : public LineWait {
 public:
  explicit ChannelReceive(const ChannelEnd<T, false>& end) : end_(end) {}
  ChannelReceive(ChannelReceive&&) = default;
  ~ChannelReceive() { leave_line(); } // as above
  std::optional<T> await_resume() { return std::move(item_); }

  void put_item(T&& item) {
    item_.emplace(std::move(item));
    complete();
  }
  void end() { complete(); }

 private:
  std::string_view what() const override { return "receive"; }
  void start() override {
    ChannelState<T>& state = end_.state();
    take_next(state, item_);
    if (item_ || state.senders == 0) return complete();
    state.receiving.add(*this);
  }

  ChannelEnd<T, false> end_;
  std::optional<T> item_;
};

} // namespace detail

// The sending end. Copies are senders of their own; when the last one is gone, receivers get the
// remaining items and then the end.
template <class T>
class Sender : public detail::ChannelEnd<T, true> {
 public:
  using detail::ChannelEnd<T, true>::ChannelEnd;

  // Waits until a receiver or the buffer takes the item. Fails with `closed` if no receiver is
  // left. Cancel point, and schedule point if it waits; a cancelled send has not sent, and its item
  // is destroyed. Panics if this end is closed or was moved from. O(1).
  detail::ChannelSend<T> send(T item) const {
    this->state();
    return detail::ChannelSend<T>(*this, std::move(item));
  }

  // The same, but the item stays in `item`, which must live until then, and is moved from when the
  // send takes effect: after a cancel, an error, or a `select` that another branch has won, it is
  // unchanged.
  detail::ChannelSendFrom<T> send_from(T& item) const {
    this->state();
    return detail::ChannelSendFrom<T>(*this, item);
  }

  // The same without waiting: fails with `would_block` if neither a receiver nor the buffer takes
  // the item, and with `closed`; in both cases the item is left unchanged. No checkpoint. O(1).
  [[nodiscard]] Result<> try_send(T&& item) const {
    auto& state = this->state();
    if (state.receivers == 0) return std::unexpected(detail::no_receiver());
    if (detail::hand_over(state, item)) return {};
    return std::unexpected(Error(errors::would_block, "the channel is full"));
  }
  [[nodiscard]] Result<> try_send(const T& item) const
    requires std::copy_constructible<T>
  {
    return try_send(T(item));
  }
};

// The receiving end. Copies share the items: each item goes to one of them.
template <class T>
class Receiver : public detail::ChannelEnd<T, false> {
 public:
  using detail::ChannelEnd<T, false>::ChannelEnd;

  // Waits for an item: returns `optional<T>`, nullopt at the end. Cancel point, and schedule point
  // if it waits; a cancelled receive has taken nothing. O(1).
  detail::ChannelReceive<T> receive() const {
    this->state();
    return detail::ChannelReceive<T>(*this);
  }

  // The same without waiting: fails with `would_block` if there is no item yet; returns nullopt at
  // the end. No checkpoint. O(1).
  [[nodiscard]] Result<std::optional<T>> try_receive() const {
    auto& state = this->state();
    std::optional<T> item;
    detail::take_next(state, item);
    if (!item && state.senders > 0)
      return std::unexpected(Error(errors::would_block, "the channel is empty"));
    return item;
  }
};

template <class T>
struct ChannelPair {
  Sender<T> sender;
  Receiver<T> receiver;
};

// Makes a channel that buffers up to `capacity` items; with 0, a send ends when its item is taken.
// `auto [sender, receiver] = channel<Line>(16);`
template <class T>
ChannelPair<T> channel(std::size_t capacity) {
  const auto state =
      detail::Ref<detail::ChannelState<T>>::take_over(new detail::ChannelState<T>(capacity));
  return {Sender<T>(state), Receiver<T>(state)};
}

WASIO_END
