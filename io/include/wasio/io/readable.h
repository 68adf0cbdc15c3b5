// Waiting until a stream can be read.
#pragma once

#include <wasio/error.h>
#include <wasio/wait.h>

#include <cstddef>
#include <string_view>
#include <utility>

WASIO_BEGIN

class ReceiveHalf;

namespace detail {

// An operation on a receiving half: a receive, or a `readable`.
class ReceiveOperation : public Wait {
 public:
  static constexpr bool always_stops = true;

  // The driver says that another try is worthwhile.
  virtual void retry() = 0;
  // How many bytes the operation has room for.
  virtual std::size_t room() const { return 0; }

 protected:
  explicit ReceiveOperation(ReceiveHalf* half) : half_(half) {}
  ReceiveOperation(const ReceiveOperation&) = default;
  ~ReceiveOperation();

  // Waits for the driver to call `retry`.
  void wait_for_driver();
  // Ends the waiting, if it waits.
  void leave_driver();
  void give_up(Error why);
  Stop stop() final;

  ReceiveHalf* half_;

 private:
  friend ReceiveHalf;
};

} // namespace detail

// What `ReceiveStream::readable()` returns. May be awaited more than once.
class [[nodiscard("it waits only when it is awaited")]] Readable final
    : public detail::ReceiveOperation {
 public:
  // Readable when a receive from the half would not wait.
  explicit Readable(ReceiveHalf& half) : ReceiveOperation(&half) {}
  // Readable now.
  Readable() : ReceiveOperation(nullptr) {}
  // Fails with `why`.
  explicit Readable(Error why) : ReceiveOperation(nullptr), refusal_(std::move(why)) {}

  void await_resume() const noexcept {}

 private:
  std::string_view what() const override { return "readable"; }
  void start() override;
  void retry() override;

  Error refusal_;
};

WASIO_END
