// Makes an operation of a callback library awaitable: docs/awaitables.md.
#include <wasio/wasio.h>

#include <map>
#include <source_location>

using namespace wasio;
using namespace std::chrono_literals;

namespace {

// The library. `start_operation` returns a number; later the callback receives the result.
enum Status { status_done, status_failed, status_cancelled };
using Callback = void (*)(Status status, int result, void* user_data);
// The effect of a cancel depends on how far the operation is.
enum CancelAnswer {
  cancel_done,    // the callback will not be called
  cancel_begun,   // it will be called with status_cancelled, or with a result that was faster
  cancel_too_late // it will be called with the result
};

int start_operation(Callback callback, void* user_data);
CancelAnswer cancel_operation(int id);
void forget_operation(int id); // the callback will not be called, whatever happens
void run_callbacks();

constexpr ErrorKind operation_failed{"operation_failed", &errors::failure};

class [[nodiscard]] Operation final : public Wait {
 public:
  Operation() = default;
  Operation(const Operation&) = default;
  ~Operation() {
    if (pending()) forget_operation(id_);
  }
  int await_resume() const { return result_; }

 private:
  std::string_view what() const override { return "operation"; }

  void start() override { id_ = start_operation(&called_back, this); }

  Stop stop() override {
    switch (cancel_operation(id_)) {
    case cancel_done:
      return Stop::stopped;
    case cancel_begun:
      return Stop::later;
    case cancel_too_late:
      break;
    }
    return Stop::refused;
  }

  static void called_back(Status status, int result, void* user_data) {
    auto& operation = *static_cast<Operation*>(user_data);
    operation.result_ = result;
    if (status == status_done) operation.complete();
    if (status == status_failed) operation.fail(Error(operation_failed, join_text(result)));
    if (status == status_cancelled) operation.confirm_stop();
  }

  int id_ = 0;
  int result_ = 0;
};

Operation operate() {
  return {};
}

// How the next operation ends. This program knows it, the awaitable does not.
struct Plan {
  Status status = status_done;
  int result = 0;
  CancelAnswer when_cancelled = cancel_done;
  int rounds = 1; // calls of run_callbacks until it is done
};
Plan plan;
constexpr int endless = 1'000'000;

void check(bool holds, std::source_location where = std::source_location::current()) {
  if (!holds) panic("the example does not hold", Place(where));
}

Task<> use_operations() {
  plan = {.result = 5};
  check(co_await operate() == 5);

  plan = {.status = status_failed, .result = 7};
  const auto failed = co_await attempt(operate());
  check(!failed && failed.error().is(operation_failed) && failed.error().message() == "7");

  // Stopped immediately: the callback is not called.
  plan = {.rounds = endless};
  check(!co_await move_on_after(2ms, operate()));

  // Stopped later: the scope ends when the library has confirmed it.
  plan = {.when_cancelled = cancel_begun, .rounds = endless};
  check(!co_await move_on_after(2ms, operate()));

  // Refused: the result arrives and is delivered.
  plan = {.result = 6, .when_cancelled = cancel_too_late, .rounds = 5};
  check(co_await move_on_after(2ms, operate()) == 6);
}

// Stands in for the library's own thread, or for its part in the host's event loop.
Task<> call_back_now_and_then() {
  for (;;) {
    co_await sleep(1ms);
    run_callbacks();
  }
}

Task<int> run_example(Args) {
  co_await task_group([](TaskGroup& group) -> Task<> {
    group.spawn(call_back_now_and_then());
    co_await use_operations();
    group.cancel();
  });
  co_return 0;
}

// The implementation of the library.

struct Running {
  Plan plan;
  Callback callback;
  void* user_data;
};
std::map<int, Running> running;
int last_id = 0;

int start_operation(Callback callback, void* user_data) {
  running[++last_id] = {plan, callback, user_data};
  return last_id;
}

CancelAnswer cancel_operation(int id) {
  Plan& cancelled = running.at(id).plan;
  const CancelAnswer answer = cancelled.when_cancelled;
  if (answer == cancel_done) forget_operation(id);
  if (answer == cancel_begun) {
    cancelled.status = status_cancelled;
    cancelled.rounds = 3;
  }
  return answer;
}

void forget_operation(int id) {
  running.erase(id);
}

void run_callbacks() {
  for (auto each = running.begin(); each != running.end();) {
    if (--each->second.plan.rounds > 0) {
      ++each;
      continue;
    }
    const Running over = each->second;
    each = running.erase(each);
    over.callback(over.plan.status, over.plan.result, over.user_data);
  }
}

} // namespace

WASIO_MAIN(run_example)
