// A task waits for what only the host can report, through a wait that keeps the program alive and
// through one that does not: prints how the task ends. Input comes late.
#include "host_streams.h"
#include "io_handle.h"
#include <wasio/wasio.h>

#include <cstdio>

using namespace wasio;

namespace {

class InputWait final : public wasi::IoWait {
 public:
  explicit InputWait(bool alive) : alive_(alive) {}

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

  wasi::IoHandle handle_{wasi::interest_in(wasi::Stdio::input)};
  Event came_;
  bool alive_;
};

void wait_for_input(const char* name, bool alive) {
  InputWait input(alive);
  const auto result = run([&]() -> Task<> { co_await input.wait(); });
  // A wait that is left behind is dropped with its loop.
  std::printf("%s: %s%s\n", name, result ? "value" : result.error().kind().name,
              input.waits() ? ", still waits" : "");
}

} // namespace

int main() {
  wait_for_input("lingering", false);
  wait_for_input("living", true);
}
