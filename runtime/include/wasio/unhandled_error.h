// Where errors go that nothing awaits.
#pragma once

#include <wasio/error.h>

WASIO_BEGIN

// Receives the error of a background task, of a spawn on a closed group, of a race's loser:
// whatever no task awaits. The default writes `describe(error)` to the host's error output, and
// takes over from a hook that throws. Null restores the default. Returns the previous one.
using UnhandledErrorHook = void (*)(const Error& error);
UnhandledErrorHook set_unhandled_error_hook(UnhandledErrorHook hook);
void report_unhandled(const Error& error);

WASIO_END
