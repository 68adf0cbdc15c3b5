// WASIO_EXPORT on hosts without JavaScript: there nothing is exported, so that one source serves
// all hosts. The real one is in bindings/include.
#pragma once

#define WASIO_EXPORT(function, ...)
