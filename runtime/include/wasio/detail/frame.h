// How frames are stacked and taken down: the part of a promise that all coroutines share, and the
// boundaries at which unwinding stops.
#pragma once

#include <wasio/detail/live_object.h>
#include <wasio/error.h>
#include <wasio/memory.h>

#include <concepts>
#include <coroutine>
#include <cstdint>
#include <source_location>

WASIO_BEGIN
namespace detail {

struct Frame;
class TaskRecord;

// How a frame, or a whole body, ended.
enum class Ending : std::uint8_t { value, error, cancelled };

// What a task does next. A suspended operation decides it and returns to the task's loop
// (`TaskRecord::run`), so that frames are destroyed there and never under their own await_suspend.
enum class Next : std::uint8_t {
  begin,   // make the first frame
  resume,  // go on with the top frame
  arm,     // begin the operation that was put off because the budget was used up
  joined,  // the set of tasks in which the task has waited is empty
  leave,   // the top frame has ended with a value at a boundary
  fail,    // unwind with `TaskRecord::error`
  cancel,  // unwind as cancelled
  suspend, // a wait is armed; the task sleeps
  gone,    // the task has ended, its record may be gone
};

// How a task goes on from a boundary that lets the ending through.
constexpr Next go_on_after(Ending how) {
  if (how == Ending::value) return Next::resume;
  return how == Ending::error ? Next::fail : Next::cancel;
}

// A place where unwinding stops to ask: an InnerBoundary, or the task's record itself. The frames
// above it are called its body.
class Boundary {
 public:
  // Asked before frames are unwound towards this boundary; nothing is destroyed yet.
  //   pass: it will let the ending through, so ask the next boundary too
  //   stop: it will end the unwinding (or start something else)
  //   wait: it has armed a wait of the task, after which all is asked again
  enum class Hold : std::uint8_t { pass, stop, wait };
  virtual Hold before_unwind(TaskRecord&, Ending) { return Hold::stop; }

  // Its body's frames are gone; what awaits it is the task's top frame. Says how the task goes on.
  virtual Next body_ended(TaskRecord& task, Ending how) = 0;

  // The task is taken down with its runtime: the body's frames are gone, the awaiting one goes
  // next. Lets go of what lives outside of the frames, and of a value that waited for its awaiter.
  virtual void abandoned(TaskRecord&) {}

 protected:
  ~Boundary() = default;
};

// A boundary held in the frame that awaits it.
class InnerBoundary : public Boundary {
 public:
  Frame* parent = nullptr; // the awaiting frame

 protected:
  ~InnerBoundary() = default;
};

#if WASIO_TAIL_CALLS
using Transfer = std::coroutine_handle<>;
#else
using Transfer = void;
#endif

// The base of every promise, so that frames of all types can be walked and taken down alike.
//
// Invariant: a frame that has been started is destroyed by its awaiter once its value is out, or by
// the unwinder. A Task owns only frames that were never started.
struct Frame : LiveObject, Pooled {
  Frame() : LiveObject(LiveKind::frame) {}

  // The awaiting frame, or the boundary above which this frame is the lowest (then the bit 0 is
  // set; both types are aligned to more than one byte).
  std::uintptr_t below = 0;
  void* slot = nullptr; // where `co_return` puts its value: in the awaiter
#if WASIO_PLACES == 1
  std::source_location function;
  std::uint32_t line = 0;
#endif

  std::coroutine_handle<Frame> handle() {
    return std::coroutine_handle<Frame>::from_promise(*this);
  }
  bool at_boundary() const { return below & 1; }
  Boundary& boundary() const { return *reinterpret_cast<Boundary*>(below & ~std::uintptr_t{1}); }
  Frame& caller() const { return *reinterpret_cast<Frame*>(below); }
  // The frame below this one; null for the lowest of its task, which stands on `root`.
  Frame* next_below(const Boundary& root) const {
    if (!at_boundary()) return &caller();
    return &boundary() == &root ? nullptr : static_cast<InnerBoundary&>(boundary()).parent;
  }
  void stand_on(Frame& caller) { below = reinterpret_cast<std::uintptr_t>(&caller); }
  void stand_on(Boundary& boundary) { below = reinterpret_cast<std::uintptr_t>(&boundary) | 1; }

  Place place() const {
#if WASIO_PLACES == 0
    return {};
#else
    return Place(function, line);
#endif
  }
};

// The frame of a coroutine that awaits something of the library.
template <class Promise>
Frame& frame_of(std::coroutine_handle<Promise> awaiting) {
  if constexpr (std::derived_from<Promise, Frame>) {
    return awaiting.promise();
  } else {
    static_assert(std::derived_from<Promise, Frame>,
                  "what wasio offers can be awaited only in a wasio::Task; elsewhere begin a task "
                  "of its own, with TaskGroup::spawn or wasio::background");
    __builtin_unreachable();
  }
}

// Goes on with `frame`: a tail call, or through the task's loop where there are none.
#if WASIO_TAIL_CALLS
inline Transfer transfer_to(Frame& frame) {
  return frame.handle();
}
inline Transfer back_to_loop() {
  return std::noop_coroutine();
}
#else
void transfer_to(Frame& frame);
inline void back_to_loop() {}
#endif

// The task that is running; panics outside of one.
TaskRecord& current_task_record();

TaskRecord* current_task_or_null();

// Makes `frame` the top of the current task and has its loop do `next`.
void leave_to_loop(Frame& frame, Next next);
void leave_with_error(Frame& frame, Error&& error);

// Destroys a frame that was never started. Nested ones (a Task held by a Task's parameter) beyond a
// small depth are put off until the outermost is gone, so that no chain overflows the stack.
void discard(Frame& frame) noexcept;

// While it lives, debug builds do not report Tasks that are destroyed without being awaited: what
// has begun them, or would have, is being taken down.
class QuietDiscards {
 public:
  QuietDiscards();
  QuietDiscards(const QuietDiscards&) = delete;
  QuietDiscards& operator=(const QuietDiscards&) = delete;
  ~QuietDiscards();

 private:
  bool before_;
};

// Why there was no frame to start: the Task had been moved from, or memory is exhausted.
Error nothing_to_start();

} // namespace detail
WASIO_END
