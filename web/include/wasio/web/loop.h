// The loop of JavaScript hosts: the host calls for a turn, in a microtask.
#pragma once

#include <wasio/runtime.h>

WASIO_BEGIN
namespace detail {

// The runtime of this instance of the program. Tasks in its root set are the calls that come from
// JavaScript, and what `background` left.
Runtime& web_runtime();

} // namespace detail
WASIO_END
