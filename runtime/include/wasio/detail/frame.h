// How frames are stacked and unwound: the part of a promise that all coroutines share, and the
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

// What a task does next. A suspended operation sets it and returns to the task's loop
// (`TaskRecord::run`), so that frames are unwound there and never inside their own await_suspend.
enum class Next : std::uint8_t {
  begin,   // create the first frame
  resume,  // resume the top frame
  arm,     // begin the operation that was postponed because the budget was used up
  joined,  // the task set in which the task has waited is empty
  leave,   // the top frame has ended with a value at a boundary
  fail,    // unwind with `TaskRecord::error`
  cancel,  // unwind as cancelled
  suspend, // a wait is armed; the task sleeps
  gone,    // the task has ended; its record may be gone
};

// How a task continues after a boundary that lets the ending through.
constexpr Next go_on_after(Ending how) {
  if (how == Ending::value) return Next::resume;
  return how == Ending::error ? Next::fail : Next::cancel;
}

// A point of the stack where unwinding stops to ask: an InnerBoundary, or the task's record itself.
// The frames above it are called its body.
class Boundary {
 public:
  // Asked before frames are unwound towards this boundary; nothing is destroyed yet.
  //   pass: it will let the ending through, so the next boundary is asked too
  //   stop: it will end the unwinding (or start something else)
  //   wait: it has armed a wait of the task, after which all boundaries are asked again
  enum class Hold : std::uint8_t { pass, stop, wait };
  virtual Hold before_unwind(TaskRecord&, Ending) { return Hold::stop; }

  // The body's frames are gone; the awaiting frame is the task's top. Returns what the task does.
  virtual Next body_ended(TaskRecord& task, Ending how) = 0;

  // The task is being destroyed with its runtime: the body's frames are gone, the awaiting one is
  // next. Releases what lives outside the frames, and a value that was not delivered.
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

// The base of every promise, so that frames of all types can be walked and unwound alike.
//
// Invariant: a frame that has been started is destroyed by its awaiter once its value is out, or by
// the unwinder. A Task owns only frames that were never started.
struct Frame : LiveObject, Pooled {
  Frame() : LiveObject(LiveKind::frame) {}

  // The awaiting frame or, in the lowest frame of a body, its boundary. Bit 0 is set if it is a
  // boundary; both types are aligned to more than one byte.
  std::uintptr_t below = 0;
  void* slot = nullptr; // where `co_return` puts its value, in the awaiter
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
  // The frame below this one; null for the task's lowest frame, whose boundary is `root`.
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

// The frame of a coroutine that awaits one of the library's awaitables.
template <class Promise>
Frame& frame_of(std::coroutine_handle<Promise> awaiting) {
  if constexpr (std::derived_from<Promise, Frame>) {
    return awaiting.promise();
  } else {
    static_assert(std::derived_from<Promise, Frame>,
                  "wasio's awaitables can be awaited only in a wasio::Task; elsewhere, start a "
                  "task with TaskGroup::spawn or wasio::background");
    __builtin_unreachable();
  }
}

// Continues with `frame`: by a tail call, or through the task's loop where there are none.
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

// The running task; panics outside a task.
TaskRecord& current_task_record();

TaskRecord* current_task_or_null();

// Makes `frame` the top of the running task and has its loop do `next`.
void leave_to_loop(Frame& frame, Next next);
void leave_with_error(Frame& frame, Error&& error);

// Destroys a frame that is on no task's stack: one that was never started, or a generator's between
// two values. Frames nested beyond a small depth (a frame that owns a Task or a generator, which
// owns another one, ...) are postponed until the outermost is gone, so that no chain overflows the
// stack.
void destroy_idle(Frame& frame) noexcept;
// The same for a Task's frame, which was never started; debug builds report it.
void discard(Frame& frame) noexcept;

// While one exists, debug builds do not report Tasks that are destroyed without being awaited:
// whatever was to start them is being destroyed, or has refused them with an error of its own.
class QuietDiscards {
 public:
  QuietDiscards();
  QuietDiscards(const QuietDiscards&) = delete;
  QuietDiscards& operator=(const QuietDiscards&) = delete;
  ~QuietDiscards();

 private:
  bool before_;
};

// Why there was no frame to start: the Task was moved from, or memory is exhausted.
Error nothing_to_start();
// `out_of_memory`, for an allocation that has just failed: it is then not taken for the reason why
// a later Task is empty.
Error no_memory();

} // namespace detail
WASIO_END
