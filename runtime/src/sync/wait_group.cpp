#include <wasio/wait_group.h>

WASIO_BEGIN

PendingWork& PendingWork::operator=(PendingWork&& other) noexcept {
  if (this == &other) return *this;
  if (group_) done();
  group_ = std::exchange(other.group_, nullptr);
  return *this;
}

void PendingWork::done() {
  if (!group_) panic("done() on an empty PendingWork");
  WaitGroup& group = *std::exchange(group_, nullptr);
  --group.objects_;
  group.done();
}

WaitGroup::~WaitGroup() {
  if (objects_ != 0) panic("a WaitGroup was destroyed before its PendingWork objects");
}

void WaitGroup::done(std::size_t count) {
  if (count > count_ - objects_)
    panic("WaitGroup::done(): more work was done than add() has announced");
  count_ -= count;
  if (count_ != 0) return;
  while (auto* const wait = line_.take_first())
    static_cast<detail::WaitGroupWait*>(wait)->complete();
}

void detail::WaitGroupWait::start() {
  if (group_->count_ == 0) return complete();
  group_->line_.add(*this);
}

WASIO_END
