// Opens a URL or file for reading.
#pragma once

#include <wasio/io/stream.h>

#include <memory>
#include <string>

WASIO_BEGIN

// Opens `name` for reading from its start: a URL on the web; elsewhere the path of a file in a
// preopened folder, or `-` for standard input. Both work in Node. Fails with `not_found`,
// `not_permitted`, `is_directory`, `connection_failed` or another `io` kind; under WASI with
// `unsupported` for pipes and devices, which could block the process. Cancel point. Each host
// defines it.
Task<std::unique_ptr<ReceiveStream>> open_source(std::string name);

WASIO_END
