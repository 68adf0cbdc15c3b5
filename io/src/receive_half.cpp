#include <wasio/detail/scheduler.h>
#include <wasio/io/receive_half.h>

#include <algorithm>

WASIO_BEGIN
namespace {

// How much a `readable` receives ahead if only a try can tell.
constexpr std::uint16_t kept_size = 4096;

} // namespace

// From here on: the driver's side.

// What a receive gets now.
TryResult ReceiveDriver::take(std::span<std::byte> into) {
  if (seen_ahead_) [[unlikely]]
    return take_kept(into);
  TryResult tried = guarded_try<ReceiveDriver>(into);
  note_end(tried);
  return tried;
}

// The end stays the end.
void ReceiveDriver::note_end(const TryResult& tried) {
  if (tried && *tried && **tried == 0) [[unlikely]]
    seen_ahead_ = ended_ = true;
}

// What `readable` has kept comes first, then the end.
TryResult ReceiveDriver::take_kept(std::span<std::byte> into) {
  const std::size_t kept = std::size_t{kept_end_} - kept_begin_;
  const std::size_t count = std::min(into.size(), kept);
  Error error = std::move(kept_error_);
  if (!error && count == 0) return 0;
  std::copy_n(kept_.get() + kept_begin_, count, into.begin());
  kept_begin_ = static_cast<std::uint16_t>(kept_begin_ + count);
  seen_ahead_ = ended_ || kept_begin_ != kept_end_;
  if (error) return std::unexpected(std::move(error));
  return count;
}

bool ReceiveDriver::readable_now() {
  if (seen_ahead_) return true;
  if (const auto known = can_receive()) return *known;
  if (!kept_) kept_ = std::make_unique_for_overwrite<std::byte[]>(kept_size);
  TryResult tried = take({kept_.get(), kept_size});
  if (!tried) return false;
  seen_ahead_ = true;
  kept_begin_ = kept_end_ = 0;
  if (*tried) {
    kept_end_ = static_cast<std::uint16_t>(**tried);
  } else {
    kept_error_ = std::move(tried->error());
  }
  return true;
}

void ReceiveDriver::notify() {
  if (waiting_ && !trying_) waiting_->retry();
}

std::size_t ReceiveDriver::wanted() const {
  return waiting_ ? waiting_->room() : 0;
}

// From here on: operations.

namespace detail {

void ReceiveOperation::wait_for_driver() {
  ReceiveDriver& driver = *half_->driver_;
  driver.waiting_ = this;
  if (Error refused = driver.watch(task().scheduler().loop())) give_up(std::move(refused));
}

void ReceiveOperation::leave_driver() {
  ReceiveDriver& driver = *half_->driver_;
  if (driver.waiting_ != this) return;
  driver.waiting_ = nullptr;
  driver.unwatch();
}

void ReceiveOperation::give_up(Error why) {
  leave_driver();
  fail(std::move(why));
}

Wait::Stop ReceiveOperation::stop() {
  leave_driver();
  return Stop::stopped;
}

ReceiveOperation::~ReceiveOperation() {
  if (pending()) leave_driver();
}

} // namespace detail

class ReceiveHalf::Receive final : public detail::ReceiveOperation {
 public:
  Receive(ReceiveHalf& half, std::span<std::byte> into, Tried tried)
      : ReceiveOperation(&half), into_(into), tried_(std::move(tried)) {}
  std::size_t await_resume() const noexcept { return count_; }

  void retry() override { end_or_wait(half_->driver_->take(into_)); }
  std::size_t room() const override { return into_.size(); }

 private:
  std::string_view what() const override { return "receive"; }
  void start() override {
    if (into_.empty()) return fail(detail::no_room());
    if (Error refused = half_->refusal()) return fail(std::move(refused));
    if (tried_) return end_or_wait(std::move(*tried_));
    retry();
  }
  void end_or_wait(TryResult&& tried) {
    if (!tried) return wait_for_driver();
    leave_driver();
    if (!*tried) return fail(std::move(tried->error()));
    count_ = **tried;
    complete();
  }

  std::span<std::byte> into_;
  Tried tried_;
  std::size_t count_ = 0;
};

void Readable::start() {
  if (refusal_) return fail(refusal_);
  if (!half_) return complete();
  if (Error refused = half_->refusal()) return fail(std::move(refused));
  retry();
}

void Readable::retry() {
  if (!half_->driver_->readable_now()) return wait_for_driver();
  leave_driver();
  complete();
}

// From here on: the half.

// Why an operation must not begin now; empty if it may.
Error ReceiveHalf::refusal() const {
  if (closed_) return detail::is_closed(driver_->name());
  if (driver_->waiting_) return detail::receives_already(driver_->name());
  return {};
}

Task<std::size_t> ReceiveHalf::receive(std::span<std::byte> into, Tried tried) {
  co_return co_await Receive(*this, into, std::move(tried));
}

detail::Frame* ReceiveHalf::frame_for(Filler& self, std::byte* into, std::size_t size) {
  return detail::release_frame(static_cast<ReceiveHalf&>(self).receive({into, size}, std::nullopt));
}

// Does what is left after a try that was made without a frame.
detail::Frame* ReceiveHalf::frame_after(std::byte* into, std::size_t size, TryResult&& tried) {
  driver_->note_end(tried);
  return detail::release_frame(receive({into, size}, std::move(tried)));
}

void ReceiveHalf::close() {
  if (std::exchange(closed_, true)) return;
  auto* const waiting = driver_->waiting_;
  if (waiting && waiting->half_ == this) waiting->give_up(detail::is_closed(driver_->name()));
  driver_->close();
}

Task<> ReceiveHalf::aclose() {
  close();
  co_return;
}

WASIO_END
