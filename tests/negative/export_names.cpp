// WASIO_EXPORT finds the function that returns a Task, beside names of wasio and of the system.
#include <wasio/export.h>
#include <wasio/wasio.h>

#include <unistd.h>

using namespace wasio;

Task<> sleep(double seconds) {
  co_await sleep(std::chrono::duration<double>(seconds));
}
WASIO_EXPORT(sleep, seconds)

namespace app {

Task<int> run(int number) {
  co_return number;
}
WASIO_EXPORT(run, number)

Task<std::string> print(std::string text) {
  co_return text;
}
WASIO_EXPORT(print, text)

} // namespace app
