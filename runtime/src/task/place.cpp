#include <wasio/error.h>
#include <wasio/place.h>

WASIO_BEGIN

std::string describe(Place place) {
  if (!place.known()) return {};
  return join_text(place.function(), " (", place.file(), ":", place.line(), ")");
}

WASIO_END
