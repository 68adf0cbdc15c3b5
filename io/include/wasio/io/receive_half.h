// The receiving contract of stream.h, written once.
#pragma once

#include <wasio/detail/filler.h>
#include <wasio/detail/task_record.h>
#include <wasio/io/driver.h>
#include <wasio/io/stream.h>

#include <cstdint>
#include <memory>
#include <utility>

WASIO_BEGIN

// How one kind of source is read; see StreamDriver.
class ReceiveDriver : public StreamDriver {
 public:
  // Fills the front of `into`, which is not empty, without waiting. 0 is the end; it is not called
  // again after that.
  virtual TryResult try_receive(std::span<std::byte> into) = 0;

  // Whether `try_receive` would return something. Nullopt: only a try can tell; `readable` then
  // makes one, and keeps what it has received for the next receive.
  virtual std::optional<bool> can_receive() const { return std::nullopt; }

  virtual std::optional<std::uint64_t> size_hint() const { return std::nullopt; }

 protected:
  // A try may return something now. Enqueues the waiting task if it does; runs no task. Ignored
  // from inside a try, whose own result counts. O(bytes).
  void notify();

  // How many bytes the waiting receive has room for; 0 if none waits.
  std::size_t wanted() const;

 private:
  friend ReceiveHalf;
  friend detail::ReceiveOperation;
  friend Readable;

  // A try during which `notify` is ignored. Driver is the type of this one as far as it is known.
  template <class Driver>
  TryResult guarded_try(std::span<std::byte> into) {
    trying_ = true;
    TryResult tried = static_cast<Driver&>(*this).try_receive(into);
    trying_ = false;
    return tried;
  }
  TryResult take(std::span<std::byte> into);
  TryResult take_kept(std::span<std::byte> into);
  void note_end(const TryResult& tried);
  bool readable_now();

  detail::ReceiveOperation* waiting_ = nullptr;
  // What `readable` has received: bytes, or an error.
  std::unique_ptr<std::byte[]> kept_;
  std::uint16_t kept_begin_ = 0;
  std::uint16_t kept_end_ = 0;
  Error kept_error_;
  bool ended_ = false;
  bool seen_ahead_ = false; // the next receive gets what was kept, or the end
  bool trying_ = false;
};

// A receiving stream over a driver.
//
//     task ── receive_into ──> ReceiveHalf ── try_receive ──> ReceiveDriver ──> host
//              one at a time;   closed?       watch, unwatch   notify <───────  "ready"
//              `busy`           kept bytes first
//
// Each receive makes a try. If that returns nothing, the operation becomes the driver's `waiting_`,
// and each `notify` makes another try, until one returns something. The bytes leave the driver in
// the same try that completes the receive. So a cancel, which only takes the operation away from
// the driver, can never lose any.
//
// Several halves may share a driver: each is an owner that is closed by itself, and what one of
// them has received the others will not. One receive at a time, over all of them.
//
// Invariant: an operation is `waiting_` from a try that returned nothing until it ends.
//
// A receive whose bytes are there takes one try and a copy: no coroutine frame, no suspension.
class ReceiveHalf : public ReceiveStream, private detail::Filler {
 public:
  // The driver must outlive the half.
  explicit ReceiveHalf(ReceiveDriver& driver) : ReceiveHalf(driver, &fill<ReceiveDriver>) {}
  ReceiveHalf(const ReceiveHalf&) = delete;
  ReceiveHalf& operator=(const ReceiveHalf&) = delete;
  ~ReceiveHalf() override { close(); }

  WASIO_CORO_WRAPPER Task<std::size_t> receive_into(std::span<std::byte> into) final {
    return detail::task_of(*this, into);
  }
  Readable readable() final { return Readable(*this); }
  std::optional<std::uint64_t> size_hint() const final { return driver_->size_hint(); }
  // Closes immediately; no checkpoint. O(1).
  Task<> aclose() final;

  // What `aclose` and the destructor do.
  void close();

 protected:
  ReceiveHalf(ReceiveDriver& driver, Fill fill) : Filler(fill, frame_for), driver_(&driver) {}

  // The quick way of a receive. If the driver's type is known and final, its try is inlined.
  template <class Driver>
  static bool fill(Filler& self, std::byte* into, std::size_t size,
                   detail::Slot<std::size_t>& count, detail::Frame*& rest);

 private:
  friend detail::ReceiveOperation;
  friend Readable;
  class Receive;
  // The result of a try that was already made; nullopt: none was.
  using Tried = std::optional<TryResult>;

  static detail::Frame* frame_for(Filler& self, std::byte* into, std::size_t size);
  detail::Frame* frame_after(std::byte* into, std::size_t size, TryResult&& tried);
  Error refusal() const;
  Task<std::size_t> receive(std::span<std::byte> into, Tried tried);

  ReceiveDriver* driver_;
  bool closed_ = false;
};

template <class Driver>
bool ReceiveHalf::fill(Filler& self, std::byte* into, std::size_t size,
                       detail::Slot<std::size_t>& count, detail::Frame*& rest) {
  auto& half = static_cast<ReceiveHalf&>(self);
  ReceiveDriver& driver = *half.driver_;
  detail::TaskRecord& task = detail::current_task_record();
  const bool special = half.closed_ || driver.waiting_ || driver.seen_ahead_;
  if (size == 0 || special || !task.may_operate()) [[unlikely]] {
    rest = frame_for(self, into, size);
    return false;
  }
  TryResult tried = driver.guarded_try<Driver>({into, size});
  if (!tried || !*tried || **tried == 0) [[unlikely]] {
    rest = half.frame_after(into, size, std::move(tried));
    return false;
  }
  task.count_operation();
  count.put(**tried);
  return true;
}

// A half together with its driver, which is made from `args`.
template <class Driver>
class ReceiveStreamOf final : private detail::OwnedDriver<Driver>, public ReceiveHalf {
 public:
  template <class... Args>
  explicit ReceiveStreamOf(std::in_place_t, Args&&... args)
      : detail::OwnedDriver<Driver>(std::forward<Args>(args)...),
        ReceiveHalf(this->owned_, &ReceiveHalf::fill<Driver>) {}

  Driver& driver() { return this->owned_; }
};

WASIO_END
