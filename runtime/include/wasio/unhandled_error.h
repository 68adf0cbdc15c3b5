// The hook for errors that no task awaits.
#pragma once

#include <wasio/error.h>

WASIO_BEGIN

// Receives every error that no task awaits, such as that of a background task, of a spawn on a
// closed group, or of a race's loser. The default hook writes `describe(error)` to the host's error
// output; it is also used if a hook throws. Setting null restores the default. Returns the previous
// hook.
using UnhandledErrorHook = void (*)(const Error& error);
UnhandledErrorHook set_unhandled_error_hook(UnhandledErrorHook hook);
void report_unhandled(const Error& error);

WASIO_END
