// WASIO_ENUM on hosts without JavaScript: there no enum crosses. The real one is in
// bindings/include.
#pragma once

#define WASIO_ENUM(type, ...)
