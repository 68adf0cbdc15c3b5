#include <wasio/detail/frame.h>
#include <wasio/runtime.h>
#include <wasio/task.h>

#if WASIO_EXCEPTIONS
#include <exception>
#endif

WASIO_BEGIN
namespace detail {

#if !WASIO_TAIL_CALLS
void transfer_to(Frame& frame) {
  leave_to_loop(frame, Next::resume);
}
#endif

void leave_to_loop(Frame& frame, Next next) {
  TaskRecord& task = *Runtime::running(); // only a Task's frame gets here, so there is one
  task.top = &frame;
  task.next_step = next;
}

void leave_with_error(Frame& frame, Error&& error) {
  if (!error) panic("an empty Error was raised");
  TaskRecord& task = current_task_record();
  task.error = std::move(error);
  task.top = &frame;
  task.next_step = Next::fail;
}

Error nothing_to_start() {
  if (take_allocation_failure()) return Error(errors::out_of_memory);
  return Error(errors::misuse, "awaited a Task that was moved from");
}

void leave_without_task(Frame& awaiting) {
  leave_with_error(awaiting, nothing_to_start());
}

void end_without_task(InnerBoundary& boundary) {
  TaskRecord& task = current_task_record();
  task.error = nothing_to_start();
  task.top = boundary.parent;
  const Next next = boundary.body_ended(task, Ending::error);
  // What it waits for knows what is next then.
  if (next != Next::suspend) task.next_step = next;
}

namespace {

// Frames being discarded inside one another, and those put off.
struct Discarding {
  unsigned depth = 0;
  bool quiet = false;
  Frame* put_off = nullptr; // linked through `below`, which an unstarted frame does not use
};
constinit Discarding discarding;
constexpr unsigned deepest_discard = 64;

void destroy_unstarted(Frame& frame) {
#if WASIO_DEBUG
  if (!discarding.quiet) {
    Error error(errors::misuse, "a Task was destroyed without being awaited");
    error.add_hop(frame.place());
    report_unhandled(error);
  }
#endif
  ++discarding.depth;
  frame.handle().destroy();
  --discarding.depth;
}

} // namespace

void discard(Frame& frame) noexcept {
  if (discarding.depth >= deepest_discard) {
    frame.below = reinterpret_cast<std::uintptr_t>(discarding.put_off);
    discarding.put_off = &frame;
    return;
  }
  destroy_unstarted(frame);
  if (discarding.depth != 0) return;
  while (Frame* next = discarding.put_off) {
    discarding.put_off = reinterpret_cast<Frame*>(next->below);
    destroy_unstarted(*next);
  }
}

QuietDiscards::QuietDiscards() : before_(std::exchange(discarding.quiet, true)) {}
QuietDiscards::~QuietDiscards() {
  discarding.quiet = before_;
}

#if WASIO_EXCEPTIONS
void raise_current_exception() {
  TaskRecord& task = current_task_record();
  task.next_step = Next::fail;
  task.error = current_exception_as_error();
}

Error current_exception_as_error() {
  Error error;
  try {
    throw;
  } catch (Error& thrown) {
    return thrown;
  } catch (const std::exception& thrown) {
    error = Error(errors::exception, thrown.what());
  } catch (...) {
    error = Error(errors::exception, "something that is no std::exception was thrown");
  }
  return std::move(error).with_payload(std::current_exception());
}

bool FinalAwaiter::ended_by_exception(Frame& frame) noexcept {
  TaskRecord& task = current_task_record();
  if (task.next_step != Next::fail) return false;
  task.top = &frame;
  return true;
}
#endif

} // namespace detail
WASIO_END
