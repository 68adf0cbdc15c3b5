#include <wasio/detail/scheduler.h>
#include <wasio/fail.h>
#include <wasio/io/send_half.h>

WASIO_BEGIN

// From here on: the driver's side.

// Continues the first operation and, as long as they end, those behind it. The last one tried is
// watched for, in the loop of its task.
void SendDriver::notify() {
  if (trying_) return;
  while (detail::SendOperation* const first = line_.first()) {
    trying_ = true;
    TryResult tried = first->proceed();
    trying_ = false;
    Error why;
    if (!tried) {
      why = watch(first->task().scheduler().loop());
      if (!why) return;
    } else if (!*tried) {
      why = std::move(tried->error());
    }
    line_.remove(*first);
    unwatch();
    why ? first->fail(std::move(why)) : first->complete();
  }
}

// The operation ends before the driver has ended it.
void SendDriver::leave(detail::SendOperation& operation) {
  const bool was_first = line_.first() == &operation;
  line_.remove(operation);
  if (!was_first) return;
  unwatch();
  notify();
}

// From here on: operations.

namespace detail {

void SendOperation::start() {
  if (Error refused = refusal()) return fail(std::move(refused));
  driver_->line_.add(*this);
  if (driver_->line_.first() == this) driver_->notify();
}

Wait::Stop SendOperation::stop() {
  driver_->leave(*this);
  return Stop::stopped;
}

SendOperation::~SendOperation() {
  if (pending()) driver_->leave(*this);
}

TryResult Send::proceed() {
  while (!rest_.empty()) {
    TryResult tried = driver_->try_send(rest_);
    if (!tried || !*tried) return tried;
    rest_ = rest_.subspan(**tried);
  }
  return driver_->try_flush();
}

} // namespace detail

class SendHalf::OwnedSend final : public detail::Send {
 public:
  OwnedSend(const SendHalf& half, std::span<const std::byte> bytes)
      : Send(*half.driver_, bytes), half_(&half) {}

 private:
  Error refusal() const override { return half_->refusal(); }
  const SendHalf* owner() const override { return half_; }

  const SendHalf* half_;
};

class SendHalf::End final : public detail::SendOperation {
 public:
  explicit End(const SendHalf& half) : SendOperation(*half.driver_), half_(&half) {}

 private:
  std::string_view what() const override { return "end of data"; }
  TryResult proceed() override { return driver_->try_end(); }
  const SendHalf* owner() const override { return half_; }

  const SendHalf* half_;
};

// From here on: the half.

// Why a send must not begin now; empty if it may.
Error SendHalf::refusal() const {
  if (closed_ || no_more_) return detail::is_closed(driver_->name());
  if (driver_->sending() && !driver_->shared()) return detail::sends_already(driver_->name());
  return {};
}

Task<> SendHalf::send_all(std::span<const std::byte> bytes) {
  co_await OwnedSend(*this, bytes);
}

Task<> SendHalf::send_eof() {
  if (closed_) co_await fail(detail::is_closed(driver_->name()));
  if (driver_->sending()) co_await fail(detail::sends_already(driver_->name()));
  no_more_ = true;
  co_await end();
}

// Ends the data, unless that was done. Waits only if the driver has to; otherwise no checkpoint.
Task<> SendHalf::end() {
  if (data_ended_) co_return;
  if (TryResult tried = driver_->try_end()) {
    co_await std::move(*tried);
  } else {
    co_await End(*this);
  }
  data_ended_ = true;
}

// The first one last: once it leaves, the next in line is tried.
void SendHalf::refuse_waiting() {
  using Line = detail::List<detail::SendOperation>;
  const auto refuse = [this](detail::SendOperation& operation) {
    if (operation.owner() != this) return;
    operation.fail(detail::is_closed(driver_->name()));
    driver_->leave(operation);
  };
  detail::SendOperation* const first = driver_->line_.first();
  if (!first) return;
  for (auto* each = Line::after(*first); each;) refuse(*std::exchange(each, Line::after(*each)));
  refuse(*first);
}

void SendHalf::close() {
  if (std::exchange(released_, true)) return;
  closed_ = true;
  refuse_waiting();
  driver_->close();
}

Task<> SendHalf::aclose() {
  if (std::exchange(closed_, true)) co_return;
  struct Closing {
    SendHalf& half;
    ~Closing() { half.close(); }
  } const closing{*this};
  refuse_waiting();
  co_await end();
}

WASIO_END
