// Standard input, for opening it by name.
#pragma once

#include <wasio/io/stream.h>

#include <memory>

WASIO_BEGIN
namespace wasi {

// Another object for the same input: what one object has received, the others will not.
std::unique_ptr<ReceiveStream> share_standard_input();

} // namespace wasi
WASIO_END
