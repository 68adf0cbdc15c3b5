// A stream over a device that is read without blocking: docs/awaitables.md.
#include <wasio/io/receive_half.h>
#include <wasio/testing.h>
#include <wasio/wasio.h>

#include <algorithm>
#include <source_location>
#include <string>

using namespace wasio;
using namespace std::chrono_literals;

namespace {

// A made-up serial port with a C interface.
struct Port {
  std::string arrived;
  bool unplugged = false;
  void (*on_change)(void* user_data) = nullptr;
  void* user_data = nullptr;
};
// Returns how many bytes there were, or -1 once the port is unplugged. Does not block.
int port_read(Port& port, void* into, std::size_t size);
// Calls back whenever bytes arrive, or the port is unplugged; null: no longer.
void port_on_change(Port& port, void (*callback)(void* user_data), void* user_data);

class PortDriver final : public ReceiveDriver {
 public:
  explicit PortDriver(Port& port) : port_(port) {}

  std::string_view name() const override { return "serial port"; }

  TryResult try_receive(std::span<std::byte> into) override {
    const int count = port_read(port_, into.data(), into.size());
    if (count < 0) return std::unexpected(Error(errors::io, "the serial port is unplugged"));
    if (count == 0) return std::nullopt;
    return static_cast<std::size_t>(count);
  }

  Error watch(Loop&) override {
    port_on_change(port_, [](void* self) { static_cast<PortDriver*>(self)->notify(); }, this);
    return {};
  }
  void unwatch() override { port_on_change(port_, nullptr, nullptr); }

 private:
  Port& port_;
};

void check(bool holds, std::source_location where = std::source_location::current()) {
  if (!holds) panic("the example does not hold", Place(where));
}

// The other side of the port.
void arrive(Port& port, std::string_view bytes) {
  port.arrived += bytes;
  if (port.on_change) port.on_change(port.user_data);
}
void unplug(Port& port) {
  port.unplugged = true;
  if (port.on_change) port.on_change(port.user_data);
}

Task<int> run_example(Args) {
  Port port;
  ReceiveStreamOf<PortDriver> stream(std::in_place, port);
  BufferedReader reader(stream);
  co_await task_group([&](TaskGroup& group) -> Task<> {
    auto line = group.spawn(reader.read_line());
    co_await sleep(1ms);
    arrive(port, "ready\nset\n");
    check(co_await line == "ready");
    check(co_await reader.read_line() == "set");

    // A limit, a busy stream, a stream that is closed: the half takes care of that.
    check(!co_await move_on_after(1ms, reader.read_line()));
    line = group.spawn(reader.read_line());
    co_await sleep(1ms);
    std::byte room[10];
    check((co_await attempt(stream.receive_into(room))).error().is(errors::busy));
    arrive(port, "go\n");
    check(co_await line == "go");
    auto failed = group.spawn(attempt(reader.read_line()));
    co_await sleep(1ms);
    unplug(port);
    check((co_await failed).error().is(errors::io));
  });
  co_return 0;
}

// The implementation of the port.

int port_read(Port& port, void* into, std::size_t size) {
  const std::size_t count = std::min(size, port.arrived.size());
  if (count == 0 && port.unplugged) return -1;
  std::copy_n(port.arrived.data(), count, static_cast<char*>(into));
  port.arrived.erase(0, count);
  return static_cast<int>(count);
}

void port_on_change(Port& port, void (*callback)(void* user_data), void* user_data) {
  port.on_change = callback;
  port.user_data = user_data;
}

} // namespace

WASIO_MAIN(run_example)
