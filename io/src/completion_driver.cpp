#include <wasio/io/completion_driver.h>

#include <algorithm>

WASIO_BEGIN

TryResult CompletionReceiveDriver::try_receive(std::span<std::byte> into) {
  if (filled_.empty() && !result_ && !in_flight_) {
    if (!buffer_) buffer_ = std::make_unique_for_overwrite<std::byte[]>(size_);
    in_flight_ = true;
    begin_receive({buffer_.get(), size_});
  }
  if (filled_.empty()) return std::exchange(result_, std::nullopt);
  const std::size_t count = std::min(into.size(), filled_.size());
  std::ranges::copy(filled_.first(count), into.begin());
  filled_ = filled_.subspan(count);
  return count;
}

void CompletionReceiveDriver::unwatch() {
  if (in_flight_) cancel_receive();
}

void CompletionReceiveDriver::completed(Result<std::size_t> result) {
  in_flight_ = false;
  if (result && *result > 0) {
    filled_ = {buffer_.get(), *result};
  } else {
    result_ = std::move(result);
  }
  notify();
}

void CompletionReceiveDriver::receive_cancelled() {
  in_flight_ = false;
  notify(); // a receive that has begun since then needs an operation of its own
}

TryResult CompletionSendDriver::try_send(std::span<const std::byte> bytes) {
  if (error_) return std::unexpected(std::exchange(error_, {}));
  if (in_flight()) return std::nullopt;
  if (!buffer_) buffer_ = std::make_unique_for_overwrite<std::byte[]>(size_);
  const std::size_t count = std::min(bytes.size(), size_);
  std::ranges::copy(bytes.first(count), buffer_.get());
  writing_ = {buffer_.get(), count};
  begin_send(writing_);
  return count;
}

TryResult CompletionSendDriver::try_flush() {
  if (error_) return std::unexpected(std::exchange(error_, {}));
  if (in_flight()) return std::nullopt;
  return 0;
}

void CompletionSendDriver::completed(Result<std::size_t> result) {
  if (result) {
    writing_ = writing_.subspan(*result);
    if (in_flight()) return begin_send(writing_);
  } else {
    writing_ = {};
    error_ = std::move(result.error());
  }
  notify();
}

WASIO_END
