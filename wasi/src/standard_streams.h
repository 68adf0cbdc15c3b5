// Standard input for those who open it by name.
#pragma once

#include <wasio/io/stream.h>

#include <memory>

WASIO_BEGIN
namespace wasi {

// Another object for the same input: what one of them has received, no other will.
std::unique_ptr<ReceiveStream> share_standard_input();

} // namespace wasi
WASIO_END
