// What a task can wait for in preview 2.
#pragma once

#include <wasio/duration.h>

#include <wasi/wasip2.h>

WASIO_BEGIN
namespace wasi {

// A pollable of the host becomes ready. It belongs to the stream it came from.
struct Interest {
  poll_borrow_pollable_t pollable;
};

// The pollable of the next deadline, kept from one wait to the next: making one costs as much as
// polling two.
//
// Invariant: it is polled at most once after it is due, since a ready pollable in each poll makes
// some hosts starve the others.
class Alarm {
 public:
  Alarm() = default;
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
  ~Alarm() { drop(); }

  // Becomes ready at the deadline, or earlier if it was last armed for an earlier one.
  poll_borrow_pollable_t arm(Instant deadline);
  // It was ready.
  void drop();

 private:
  poll_own_pollable_t pollable_ = {};
  Instant when_ = Instant::never(); // never: there is no pollable
};

} // namespace wasi
WASIO_END
