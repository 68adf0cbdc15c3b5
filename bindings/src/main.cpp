// `WASIO_MAIN` of a program, as a call from JavaScript: `app.main(args)`; and what its runner asks.
#include <wasio/detail/module_line.h>
#include <wasio/js_call.h>
#include <wasio/main.h>
#include <wasio/trace/dump.h>
#include <wasio/web/loop.h>

#include <optional>
#include <string>
#include <vector>

WASIO_BEGIN
namespace detail {

void link_main() {}
void link_main_with_code() {}

namespace {

constexpr auto line = section_line(FixedText(R"(export\tmain\targs?\t[s:i)"));
WASIO_MODULE_LINE(line)

class MainBody {
 public:
  explicit MainBody(std::vector<std::string> args) : args_(std::move(args)) {}
  WASIO_CORO_WRAPPER Task<int> operator()() { return program_main(args_); }

 private:
  std::vector<std::string> args_;
};

} // namespace
} // namespace detail
WASIO_END

extern "C" {

__attribute__((export_name("wasio_export_main"))) double
wasio_export_main(double call, std::byte* arguments, std::size_t size) {
  using namespace wasio::detail;
  const Block block(arguments, size);
  Reader in = block.reader();
  MainBody body(Wire<std::vector<std::string>>::read(in));
  return start_call("main", call, JsCall<int, MainBody>::make(call, std::move(body)));
}

// A list of all tasks, as the address of a text. It is valid until the next call.
__attribute__((export_name("wasio_describe_tasks"))) const std::byte* wasio_describe_tasks() {
  using namespace wasio::detail;
  static std::string text;
  static std::optional<Writer> out;
  text = dump_tasks_of(web_runtime(), max_tasks_reported);
  out.emplace().text(text);
  return out->data();
}
}
