#include <wasio/promise.h>

WASIO_BEGIN
namespace detail {

void PromiseState::settle(Is is) {
  is_ = is;
  while (auto* const wait = line.take_first()) static_cast<PromiseWait*>(wait)->look(*this);
}

void PromiseState::fail(Error error) {
  if (!error) panic("Setter::fail(): the Error is empty");
  error_ = std::move(error);
  settle(Is::failed);
}

Error abandoned_promise() {
  return Error(errors::closed, "the promise was abandoned: its Setter was destroyed without "
                               "setting a value or an error");
}

} // namespace detail
WASIO_END
