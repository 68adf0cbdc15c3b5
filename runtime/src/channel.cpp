#include <wasio/channel.h>

WASIO_BEGIN
namespace detail {

ChannelWait::~ChannelWait() {
  if (line_) line_->leave(*this);
}

void WaitLine::join(ChannelWait& wait) {
  wait.line_ = this;
  wait.previous_ = last_;
  wait.next_ = nullptr;
  (last_ ? last_->next_ : first_) = &wait;
  last_ = &wait;
}

void WaitLine::leave(ChannelWait& wait) {
  (wait.previous_ ? wait.previous_->next_ : first_) = wait.next_;
  (wait.next_ ? wait.next_->previous_ : last_) = wait.previous_;
  wait.line_ = nullptr;
}

ChannelWait* WaitLine::take_first() {
  ChannelWait* const first = first_;
  if (first) leave(*first);
  return first;
}

} // namespace detail
WASIO_END
