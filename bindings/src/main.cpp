// `WASIO_MAIN` of a program, as a call from JavaScript: `app.main(args)`.
#include <wasio/js_convert.h>
#include <wasio/main.h>

#include <string>
#include <vector>

WASIO_BEGIN
namespace detail {

// A program that only has exports defines none.
[[gnu::weak]] WASIO_CORO_WRAPPER Task<int> program_main(Args args);

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

TaskRecord* make_main(std::uint32_t call, ArgumentBlock&& arguments) {
  MainBody body(arguments);
  return new JsCall<int, MainBody>(call, std::move(body));
}

void register_main() {
  static const Export exported("main", "args", "S:i", make_main);
}

[[gnu::constructor]] void register_main_if_defined() {
  if (&program_main != nullptr) register_main();
}

} // namespace
} // namespace detail
WASIO_END
