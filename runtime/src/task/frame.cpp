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

// The nesting depth of frames being discarded, and the postponed frames.
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
    add_hop(error, frame.place());
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
