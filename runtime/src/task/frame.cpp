#include <wasio/detail/scheduler.h>
#include <wasio/task.h>
#include <wasio/unhandled_error.h>

#if WASIO_EXCEPTIONS
#include <exception>
#include <new>
#endif

WASIO_BEGIN
namespace detail {

#if !WASIO_TAIL_CALLS
void transfer_to(Frame& frame) {
  leave_to_loop(frame, Next::resume);
}
#endif

void leave_to_loop(Frame& frame, Next next) {
  Scheduler::running()->leave(frame, next); // not null: only a Task's frame gets here
}

void leave_with_error(Frame& frame, Error&& error) {
  if (!error) panic("an empty Error was raised");
  TaskRecord& task = current_task_record();
  task.leave(frame, task.raise(std::move(error)));
}

Error no_memory() {
  take_allocation_failure();
  return Error(errors::out_of_memory);
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
  task.leave(*boundary.parent, task.raise(nothing_to_start()));
  const Next next = boundary.body_ended(task, Ending::error);
  // If it waits, the wait has decided what is next.
  if (next != Next::suspend) task.decide(next);
}

namespace {

// The nesting depth of `destroy_idle`, and the postponed frames.
struct Destroying {
  unsigned depth = 0;
  Frame* put_off = nullptr; // linked through `below`, which an idle frame does not use
};
constinit Destroying destroying;
constexpr unsigned deepest_destroy = 64;

void destroy_nested(Frame& frame) {
  ++destroying.depth;
  frame.handle().destroy();
  --destroying.depth;
}

constinit bool quiet_discards = false;

} // namespace

void destroy_idle(Frame& frame) noexcept {
  if (destroying.depth >= deepest_destroy) {
    frame.below = reinterpret_cast<std::uintptr_t>(destroying.put_off);
    destroying.put_off = &frame;
    return;
  }
  destroy_nested(frame);
  if (destroying.depth != 0) return;
  while (Frame* next = destroying.put_off) {
    destroying.put_off = reinterpret_cast<Frame*>(next->below);
    destroy_nested(*next);
  }
}

void discard(Frame& frame) noexcept {
#if WASIO_DEBUG
  if (!quiet_discards) {
    Error error(errors::misuse, "a Task was destroyed without being awaited");
    add_hop(error, frame.place());
    report_unhandled(error);
  }
#endif
  destroy_idle(frame);
}

QuietDiscards::QuietDiscards() : before_(std::exchange(quiet_discards, true)) {}
QuietDiscards::~QuietDiscards() {
  quiet_discards = before_;
}

#if WASIO_EXCEPTIONS
void raise_current_exception() {
  TaskRecord& task = current_task_record();
  task.decide(task.raise(current_exception_as_error()));
}

Error current_exception_as_error() {
  Error error;
  try {
    throw;
  } catch (Error& thrown) {
    return thrown;
  } catch (const std::bad_alloc&) {
    return no_memory();
  } catch (const std::exception& thrown) {
    error = Error(errors::exception, thrown.what());
  } catch (...) {
    error = Error(errors::exception, "a value that is not a std::exception was thrown");
  }
  return std::move(error).with_payload(std::current_exception());
}

bool FinalAwaiter::ended_by_exception(Frame& frame) noexcept {
  TaskRecord& task = current_task_record();
  if (task.next() != Next::fail) return false;
  task.leave(frame, Next::fail);
  return true;
}
#endif

} // namespace detail
WASIO_END
