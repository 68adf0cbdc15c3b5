#include <wasio/adopt.h>

#include <exception>

WASIO_BEGIN
namespace detail {

struct AdoptedWait::Waker {
  struct promise_type : Pooled {
    Waker get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    static Waker get_return_object_on_allocation_failure() { return {}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    // Stays suspended: the foreign call that resumed it may still be inside its own await_suspend.
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() noexcept { std::terminate(); } // nothing in it throws
  };

  std::coroutine_handle<> handle;
};

AdoptedWait::Waker AdoptedWait::wake(AdoptedWait& wait) {
  wait.complete();
  co_return;
}

std::coroutine_handle<> AdoptedWait::make_waker() {
  waker_ = wake(*this).handle;
  if (!waker_) fail(no_memory());
  return waker_;
}

void AdoptedWait::drop_waker() {
  if (const auto waker = std::exchange(waker_, nullptr)) waker.destroy();
}

} // namespace detail
WASIO_END
