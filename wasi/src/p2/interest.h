// What a task can wait for in preview 2.
#pragma once

#include <wasio/config.h>

#include <wasi/wasip2.h>

WASIO_BEGIN
namespace wasi {

// A pollable of the host becomes ready. It belongs to the stream it came from.
struct Interest {
  poll_borrow_pollable_t pollable;
};

} // namespace wasi
WASIO_END
