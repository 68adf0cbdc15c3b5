#include <wasio/detail/host_report.h>
#include <wasio/io/detail/c_stdio.h>
#include <wasio/memory.h>
#include <wasio/web/loop.h>

extern "C" {
double wasio_host_now();
void wasio_host_request_turn();
void wasio_host_set_alarm(double delay);
void wasio_host_report(const char* text, std::size_t size);
}

WASIO_BEGIN
namespace {

constexpr double nanoseconds_per_millisecond = 1e6;

// How long a burst may keep the host's thread: half of a frame at 60 Hz.
constexpr Duration time_slice = std::chrono::milliseconds(8);

// While the steps from one look at the clock to the next take less than this, three of four looks
// are left out: a look costs as much as a dozen switches.
constexpr Duration short_time = std::chrono::microseconds(125);
constexpr unsigned looks_left_out = 3;

class WebLoop final : public Loop {
 public:
  void begin_burst() {
    last_look_ = now();
    slice_end_ = last_look_ + time_slice;
    left_out_ = 0;
  }

  Instant now() override {
    return Instant::at(static_cast<std::int64_t>(wasio_host_now() * nanoseconds_per_millisecond));
  }
  void request_turn() override { wasio_host_request_turn(); }
  void set_alarm(Instant when) override {
    if (when.is_never()) return wasio_host_set_alarm(-1);
    const Duration span = when - now();
    wasio_host_set_alarm(static_cast<double>(span.nanoseconds()) / nanoseconds_per_millisecond);
  }
  bool between_steps() override {
    if (left_out_ != 0) {
      --left_out_;
      return false;
    }
    const Instant look = now();
    left_out_ = look - last_look_ < short_time ? looks_left_out : 0;
    last_look_ = look;
    return look >= slice_end_;
  }

 private:
  Instant slice_end_;
  Instant last_look_;
  unsigned left_out_ = 0; // of the looks to come
};

// Made once and never destroyed: the page or process ends before the program does.
struct WebHost {
  WebLoop loop;
  Runtime runtime{loop};
};

WebHost& web_host() {
  static WebHost& host = *new WebHost;
  return host;
}

} // namespace

namespace detail {

Runtime& web_runtime() {
  return web_host().runtime;
}

void host_report(std::string_view text) noexcept {
  wasio_host_report(text.data(), text.size());
}

} // namespace detail
WASIO_END

namespace {

// What a turn leaves: `TURN` in web/js/abi.mjs.
enum TurnEnd : std::int32_t { idle = 0, waits = 1, more = 2 };

} // namespace

extern "C" {

// One burst.
__attribute__((export_name("wasio_turn"))) std::int32_t wasio_turn(bool alarm_rang) {
  wasio::WebHost& host = wasio::web_host();
  host.loop.begin_burst();
  if (host.runtime.turn(alarm_rang)) return more;
  if (wasio_flush_c_stdout) wasio_flush_c_stdout();
  return host.runtime.idle() ? idle : waits;
}

// Room for a block that a later entry takes over (wasio/web/wire.h); null if memory is exhausted.
__attribute__((export_name("wasio_allocate"))) void* wasio_allocate(std::size_t size) {
  return wasio::detail::allocate(size);
}
}
