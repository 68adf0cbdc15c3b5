// A task waits for what only the host can report, through waits that keep the program alive and
// through waits that do not: prints how the task ends. Input comes late.
#include "host_streams.h"
#include "io_handle.h"
#include <wasio/wasio.h>

#include <cstdio>

using namespace wasio;

namespace {

class InputWait final : public wasi::IoWait {
 public:
  InputWait(wasi::IoHandle& handle, bool alive) : handle_(handle), alive_(alive) {}

  Task<> wait() {
    if (Error refused = handle_.watch(*this, Runtime::current().loop()))
      co_await fail(std::move(refused));
    co_await came_.wait();
  }

 private:
  void ready() override {
    handle_.unwatch(*this);
    came_.set();
  }
  bool keeps_alive() const override { return alive_; }

  wasi::IoHandle& handle_;
  Event came_;
  bool alive_;
};

void wait_for_input(const char* name, bool alive) {
  wasi::IoHandle handle(wasi::interest_in(wasi::Stdio::input));
  // Two waits for one handle: both are notified.
  InputWait first(handle, alive);
  InputWait second(handle, alive);
  const auto result = run([&]() -> Task<> { co_await gather(first.wait(), second.wait()); });
  // What is left behind is dropped with its loop.
  const bool left = first.waits() || second.waits();
  std::printf("%s: %s%s\n", name, result ? "value" : result.error().kind().name,
              left ? ", still waits" : "");
  std::fflush(stdout); // the test waits for it
}

} // namespace

int main() {
  wait_for_input("lingering", false);
  wait_for_input("living", true);
}
