#include <wasio/http/response.h>

#include <algorithm>

WASIO_BEGIN
namespace http {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

} // namespace

std::optional<std::string_view> Response::header(std::string_view name) const {
  for (std::string_view rest = headers_; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() + 1);
    if (line.size() < name.size() + 2 || line[name.size()] != ':') continue;
    const auto same = [](char a, char b) { return lower(a) == b; };
    if (std::equal(name.begin(), name.end(), line.begin(), same))
      return line.substr(name.size() + 2);
  }
  return std::nullopt;
}

} // namespace http
WASIO_END
