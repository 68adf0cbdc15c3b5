#include <wasio/permit.h>

WASIO_BEGIN

Permit& Permit::operator=(Permit&& other) noexcept {
  if (this == &other) return *this;
  if (pool_) release();
  pool_ = std::exchange(other.pool_, nullptr);
  return *this;
}

void Permit::release() {
  if (!pool_) panic("release() on an empty Permit");
  std::exchange(pool_, nullptr)->give_back();
}

void Permit::forget() {
  if (!pool_) panic("forget() on an empty Permit");
  --std::exchange(pool_, nullptr)->out_;
}

namespace detail {

PermitPool::~PermitPool() {
  if (out_ > 0) panic("a semaphore or limiter was destroyed before its permits were released");
}

Permit PermitPool::take() {
  --free_;
  ++out_;
  return Permit(*this);
}

Permit PermitPool::try_take() {
  return free_ > 0 ? take() : Permit();
}

void PermitPool::give_back() {
  --out_;
  add(1);
}

void PermitPool::add(std::int64_t count) {
  free_ += count;
  while (free_ > 0) {
    auto* const next = line_.take_first();
    if (!next) return;
    static_cast<PermitWait*>(next)->grant(take());
  }
}

void PermitWait::start() {
  if (pool_->free_ <= 0) return pool_->line_.add(*this);
  grant(pool_->take());
}

} // namespace detail
WASIO_END
