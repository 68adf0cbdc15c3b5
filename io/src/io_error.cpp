#include <wasio/io/detail/io_error.h>

#include <cerrno>
#include <cstring>

WASIO_BEGIN
namespace detail {
namespace {

const ErrorKind& kind_of(int number) {
  switch (number) {
  case ENOENT:
  case ENOTDIR:
    return errors::not_found;
  case EACCES:
  case EPERM:
#ifdef ENOTCAPABLE
  case ENOTCAPABLE:
#endif
    return errors::not_permitted;
  case EISDIR:
    return errors::is_directory;
  case EPIPE:
    return errors::closed;
  default:
    return errors::io;
  }
}

} // namespace

Error io_error(int number, std::string_view what) {
  return Error(kind_of(number), join_text(what, ": ", std::strerror(number)));
}

} // namespace detail
WASIO_END
