// What the tests of mutexes and of conditions share.
#pragma once

#include "support.h"

namespace conformance {

// Locks the mutex, and holds it for so many checkpoints; logs both ends.
inline Task<> in_turn(Mutex& mutex, Log& log, std::string name, int steps = 2) {
  auto lock = co_await mutex.lock();
  log.add('+', name);
  co_await let_others_run(steps);
  log.add('-', name);
}

} // namespace conformance
