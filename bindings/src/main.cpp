// `WASIO_MAIN` of a program, as a call from JavaScript: `app.main(args)`.
#include <wasio/js_convert.h>
#include <wasio/main.h>

#include <string>
#include <vector>

WASIO_BEGIN
namespace detail {

void link_main() {}

namespace {

class MainBody {
 public:
  explicit MainBody(const ArgumentBlock& arguments) {
    const std::size_t count = arguments.list_size(0);
    for (std::size_t i = 0; i < count; ++i) args_.emplace_back(arguments.list_text(0, i));
  }
  WASIO_CORO_WRAPPER Task<int> operator()() { return program_main(args_); }

 private:
  std::vector<std::string> args_;
};

MadeCall make_main(std::uint32_t call, ArgumentBlock&& arguments) {
  return JsCall<int, MainBody>::make(call, MainBody(arguments));
}

const Export exported("main", "args", "S:i", make_main);

} // namespace
} // namespace detail
WASIO_END
