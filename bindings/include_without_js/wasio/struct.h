// WASIO_STRUCT on hosts without JavaScript: there no struct crosses. The real one is in
// bindings/include.
#pragma once

#define WASIO_STRUCT(type, ...)
