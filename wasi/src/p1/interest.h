// What a task can wait for in preview 1.
#pragma once

#include <wasio/config.h>

WASIO_BEGIN
namespace wasi {

// A descriptor becomes readable or writable.
struct Interest {
  int descriptor;
  bool to_write;
};

// Each poll brings its own clock.
class Alarm {};

} // namespace wasi
WASIO_END
