// Runs one main body in a runtime of its own, on a loop that can wait.
#pragma once

#include <wasio/body.h>
#include <wasio/runtime.h>
#include <wasio/task_handle.h>

WASIO_BEGIN

// A loop whose host can block: the loop waits when no task is ready.
class PulledLoop : public Loop {
 public:
  void request_turn() override {}
  void set_alarm(Instant) override {}

  // Waits until `deadline` or until an event has made a task ready. False: the deadline is `never`
  // and no event is pending, so the wait would never end.
  virtual bool wait_until(Instant deadline) = 0;

 protected:
  ~PulledLoop() = default;
};

namespace detail {
class InterruptedRun;
}

// Cancels the main task of a `run` from outside it: from a background task that has read `quit`, or
// from a callback of the host. Background tasks continue until the main task has cleaned up and
// ended. Use one per `run`, which it must outlive.
class Interrupt {
 public:
  Interrupt() = default;
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  // Cancels the main task or, if there is none yet, that of the next `run` as soon as it begins.
  // Nothing runs inside the call. The first call takes effect and returns true. O(scopes and tasks
  // inside the main task).
  bool raise(std::string_view reason = {});

 private:
  friend detail::InterruptedRun;

  detail::TaskRecord* main_ = nullptr;
  Error raised_; // set by a `raise` before there was a main task
};

struct RunOptions {
  Interrupt* interrupt = nullptr;
};

namespace detail {

// The main task has ended: ends everything that it left behind.
void end_with_main(TaskRecord& main);

// The main task of a runtime; it lives on the stack of `run`.
template <class B>
class MainTask final : public BodyTask<typename BodyResult<B>::type, B> {
 public:
  using Value = BodyResult<B>::type;

  template <class U>
  explicit MainTask(std::in_place_t, U&& body)
      : BodyTask<Value, B>(std::in_place, std::forward<U>(body)) {
    this->set_needs_release();
  }
  ~MainTask() = default;

  Result<Stored<Value>> outcome() {
    if (!this->has_value()) return std::unexpected(result_error(*this));
    if constexpr (std::is_void_v<Value>) {
      return {};
    } else {
      return static_cast<Value&&>(this->result().value());
    }
  }

 private:
  void release_body() override {
    BodyTask<Value, B>::release_body();
    end_with_main(*this);
  }
  void no_references() override {}
};

// Runs turns until `main` has ended, then ends what is left. A deadlock cancels everything and
// becomes the error of `main`; if `main` still ends with a value or an error of its own, the
// deadlock error goes to the unhandled-error hook.
void run_main(PulledLoop& loop, TaskRecord& main, const RunOptions& options = {});

// Returns why `run` cannot be called here; empty if it can.
Error run_refused();

// `run_main` on a loop of this program's host. Each host that can block defines it.
void run_main_on_host(TaskRecord& main, const RunOptions& options);

} // namespace detail

// Runs the body in a runtime of its own on `loop`, and blocks until it and everything it left
// behind has ended: background tasks are cancelled and awaited. Returns the value or the error;
// `task_cancelled` if a cancel ended the body, `deadlock` if all tasks waited and nothing could
// wake one, and `misuse` if called inside a running runtime.
template <Body B>
Result<detail::Stored<body_result_t<B>>> run(B&& body, PulledLoop& loop, RunOptions options = {}) {
  if (Error refused = detail::run_refused()) return std::unexpected(std::move(refused));
  detail::MainTask<std::decay_t<B>> main(std::in_place, std::forward<B>(body));
  detail::run_main(loop, main, options);
  return main.outcome();
}

// The same on the host's own loop: the WASI poll loop, or virtual time in native builds. Not
// available on the web, which cannot block.
template <Body B>
Result<detail::Stored<body_result_t<B>>> run(B&& body, RunOptions options = {}) {
  if (Error refused = detail::run_refused()) return std::unexpected(std::move(refused));
  detail::MainTask<std::decay_t<B>> main(std::in_place, std::forward<B>(body));
  detail::run_main_on_host(main, options);
  return main.outcome();
}

namespace detail {

template <class B>
TaskHandle<body_result_t<B>> background_body(B&& body, const SpawnOptions& options, CallPlace at) {
  auto* task = make_child(std::forward<B>(body), options.name, at);
  if (!task) {
    report_unhandled(no_memory());
    return {};
  }
  TaskHandle<body_result_t<B>> handle = handle_to(*task);
  Scheduler& scheduler = Scheduler::current();
  scheduler.root().add(*task, scheduler, options.eager);
  return handle;
}

} // namespace detail

// Spawns the body into the runtime's root set: it outlives the task that calls this, and is
// cancelled and awaited when the runtime ends. Its error goes to the tasks that await the handle,
// otherwise to the unhandled-error hook, and affects nothing else. If memory is exhausted, the hook
// gets `out_of_memory` and the handle refers to no task. Panics outside a runtime's turn. Not a
// checkpoint. O(1).
template <Body B>
  requires(!detail::TaskBody<B>)
TaskHandle<body_result_t<B>> background(B&& body, SpawnOptions options = {},
                                        detail::CallPlace at = detail::CallPlace::current()) {
  return detail::background_body(std::forward<B>(body), options, at);
}
// The compiler warns about a Task that refers to a temporary of the call.
template <class T>
TaskHandle<T> background(Task<T> task WASIO_CAPTURED_FOR_GOOD, SpawnOptions options = {},
                         detail::CallPlace at = detail::CallPlace::current()) {
  return detail::background_body(std::move(task), options, at);
}

WASIO_END
