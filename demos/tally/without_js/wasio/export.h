// Where there is no JavaScript, nothing is exported to it.
#pragma once

#define WASIO_EXPORT(function, ...) static_assert(true)
