#include "io_error.h"

#include <cerrno>
#include <cstring>

WASIO_BEGIN
namespace wasi {
namespace {

const ErrorKind& kind_of(int number) {
  switch (number) {
  case ENOENT:
  case ENOTDIR:
    return errors::not_found;
  case EACCES:
  case EPERM:
  case ENOTCAPABLE:
    return errors::not_permitted;
  case EISDIR:
    return errors::is_directory;
  default:
    return errors::io;
  }
}

} // namespace

Error io_error(int number, std::string_view what) {
  return Error(kind_of(number), join_text(what, ": ", std::strerror(number)));
}

} // namespace wasi
WASIO_END
